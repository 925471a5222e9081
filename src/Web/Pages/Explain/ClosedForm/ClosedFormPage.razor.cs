using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Client.Similarity;
using PatchSsl.Web.Charts;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages.Explain.ClosedForm;

/// <summary>The closed-form experiment, live. The address holds all that it is run with: an address with a joint runs at once.</summary>
public sealed partial class ClosedFormPage
{
    private const string Drawn = "drawn";

    private IReadOnlyList<ClosedFormPreset>? _presets;
    private IReadOnlyList<IReadOnlyList<double>> _joint = [];
    private ClosedFormAddress _view = new(), _shown = new();
    private Cell? _cell;
    private CancellationTokenSource? _running;
    private string? _refusal;
    private ClosedFormTheory? _theory;
    private ClosedFormFrame? _frame;
    private ClosedFormResult? _result;
    private List<ClosedFormPoint> _curve = [];
    private ScoreScale _scale = ScoreScale.Unit;
    private IReadOnlyList<ChartSeries> _scatter = [], _loss = [], _eigenvalues = [];
    private string _run = "";
    private RenderGate? _gate;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    private int FewestSymbols => Math.Max(DrawnJoint.FewestSymbols, _view.Drawn is null ? Preset?.FewestSymbols ?? 0 : 0);

    private ClosedFormPreset? Preset => _presets?.FirstOrDefault(p => p.Name == _view.Preset);

    private string About => _view.Drawn is null
        ? Preset?.Description ?? ""
        : "Press a cell to raise it, shift to lower it, or choose it by arrow keys and type a digit. Levels are divided by their sum, and (i,j) is (j,i).";

    private string? Unseen => _view.Drawn?.Unseen is { Count: > 0 } unseen ? $"Symbol {string.Join(", ", unseen)} meets nothing: raise a cell of its row." : null;

    private bool CanRun => Unseen is null && !_view.Unreadable;

    private string Status => Unseen ?? (_view.Unreadable ? "The joint of this address cannot be read: a preset is shown instead." : null)
        ?? (_running is not null ? $"Step {Units.Count(_frame?.Step ?? 0)} of {Units.Count(_shown.Steps)}{(_frame?.Step == _shown.Steps ? ", shuffled control" : "")}"
        : _theory is not null && _shown != _view ? "Shown below is an earlier experiment: run again."
        : _result is null && _theory is not null ? "Stopped." : "");

    private ScoreScale JointScale => new(0, Math.Max(1e-9, _joint.Max(row => row.Max())));

    private double? R2 => _result?.Learned.ToRatio.R2 ?? _frame?.R2;

    private double? Loss => _result?.Learned.Loss ?? _frame?.Loss;

    private IReadOnlyList<IReadOnlyList<double>> Products => _result?.Learned.Products ?? _frame?.Products ?? _theory!.Ratio.Select(row => (IReadOnlyList<double>)new double[row.Count]).ToList();

    private bool ShowsBest => ClosedFormVerdict.FallsShort(_theory!);

    private string AngleLabel => _result?.Learned.Subspace is { } s ? $"Angle of the first {s.Dimensions}" : _result is null ? "Angle" : "Angle: no clear gap";

    private string Failures => _result is null || ClosedFormVerdict.Of(_result).Agrees ? "" : $"Not as expected: {string.Join("; ", ClosedFormVerdict.Of(_result).Failures)}.";

    private string JointReadout => _cell is { } c && c.Row < _joint.Count && c.Column < _joint.Count
        ? $"Symbols {c.Row} and {c.Column}: p = {Units.Value(_joint[c.Row][c.Column])}"
        : "Choose a pair by pressing, dragging or arrow keys.";

    private string PairReadout => _cell is { } c && _theory is { } t && c.Row < t.Ratio.Count && c.Column < t.Ratio.Count
        ? $"Symbols {c.Row} and {c.Column}: ratio {Units.Value(t.Ratio[c.Row][c.Column])}, best possible {Units.Value(Math.Round(t.Best[c.Row][c.Column], 4))}, learned {Units.Value(Math.Round(Products[c.Row][c.Column], 4))}."
        : "Choose a pair on a map to read its numbers.";

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        _gate = new RenderGate(Time, () => _ = InvokeAsync(Redraw));
        Navigation.LocationChanged += OnLocationChanged;
        var query = Navigation.ToAbsoluteUri(Navigation.Uri).Query;
        _view = ClosedFormAddress.Parse(query);
        await ReadPresetsAsync();
        if (_presets is not null && query.Length > 1 && CanRun) await RunAsync();
    }

    private Task ReadPresetsAsync() => LoadAsync(async token =>
    {
        var items = (await Api.GetClosedFormPresetsAsync(_view.Symbols, token)).Items;
        if (items.All(p => p.Name != _view.Preset)) _view = _view with { Preset = items[0].Name };
        _presets = items;
        _joint = _view.Drawn?.Joint() ?? Preset!.Joint;
        // A preset that takes no fewer says so by the joint it comes with.
        if (_view is { Drawn: null, Symbols: not null }) _view = _view with { Symbols = _joint.Count };
    });

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        var address = Navigation.ToAbsoluteUri(e.Location);
        if (!address.AbsolutePath.EndsWith("/explain/closed-form", StringComparison.Ordinal)) return;
        var asked = ClosedFormAddress.Parse(address.Query);
        if (address.Query.Length <= 1 || asked.ToQuery() == _view.ToQuery()) return;
        _view = asked;
        _ = InvokeAsync(async () =>
        {
            await ReadPresetsAsync();
            if (CanRun) await RunAsync();
        });
    }

    private void Change(ClosedFormAddress view)
    {
        _view = view with { Unreadable = false };
        _joint = view.Drawn?.Joint() ?? _joint;
        Navigation.NavigateTo("explain/closed-form" + view.ToQuery(), new NavigationOptions { ReplaceHistoryEntry = true });
    }

    private async Task PickAsync(string name)
    {
        if (name == Drawn)
        {
            Draw(_view.Drawn ?? DrawnJoint.Of(_joint));
            return;
        }
        _view = _view with { Preset = name, Drawn = null, Symbols = null };
        await ReadPresetsAsync();
        Change(_view);
    }

    private async Task ResizeAsync(int symbols)
    {
        if (symbols == _joint.Count) return;
        if (_view.Drawn is { } drawn)
        {
            Draw(drawn.Resized(symbols));
            return;
        }
        _view = _view with { Symbols = symbols };
        await ReadPresetsAsync();
        Change(_view);
    }

    private void Choose(Cell cell) => _cell = cell;

    private void Edit(CellEdit edit)
    {
        var drawn = _view.Drawn ?? DrawnJoint.Of(_joint);
        Draw(drawn.With(edit.Row, edit.Column, edit.Level ?? drawn[edit.Row, edit.Column] + edit.By));
    }

    private void Draw(DrawnJoint drawn) => Change(_view with { Drawn = drawn, Symbols = null });

    private async Task RunAsync()
    {
        Stop();
        using var running = _running = CancellationTokenSource.CreateLinkedTokenSource(Leaving);
        Change(_view);
        (_refusal, _theory, _frame, _result, _curve, _shown) = (null, null, null, null, [], _view);
        _run = Guid.NewGuid().ToString("N");
        try
        {
            await foreach (var line in Api.WatchClosedFormAsync(_view.Request, running.Token)) Take(line);
        }
        catch (ApiException e)
        {
            _refusal = e.Message;
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
        }
        // Another run may have begun meanwhile.
        if (_running == running) _running = null;
        if (!Leaving.IsCancellationRequested) Redraw();
    }

    private void Stop()
    {
        _running?.Cancel();
        _running = null;
    }

    private void Take(ClosedFormLine line)
    {
        if (line.Theory is { } theory) (_theory, _scale) = (theory, ClosedFormCharts.Scale(theory));
        if (line.Frame is { } frame)
        {
            _frame = frame;
            _curve.Add(new ClosedFormPoint(frame.Step, frame.Loss, frame.BatchLoss, frame.R2));
        }
        if (line.Result is { } result) (_result, _theory) = (result, result.Theory);
        _gate!.Request();
    }

    private void Redraw()
    {
        if (_theory is { } theory)
        {
            _scatter = ClosedFormCharts.Scatter(theory, _result?.Learned.Products ?? _frame?.Products);
            _loss = ClosedFormCharts.Loss(theory, _curve, _shown.Steps);
            _eigenvalues = ClosedFormCharts.Eigenvalues(theory, _result);
        }
        StateHasChanged();
    }

    private Task SaveJsonAsync() => SaveAsync("json", "application/json", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(_result!, ClientJson.Options)));

    private Task SaveCsvAsync() => SaveAsync("csv", "text/csv", Encoding.UTF8.GetBytes(ClosedFormCsv.Text(_result!)));

    private async Task SaveAsync(string extension, string type, byte[] bytes)
    {
        await using var pictures = await Js.InvokeAsync<IJSObjectReference>("import", "./js/pictures.js");
        await pictures.InvokeVoidAsync("download", ClosedFormCsv.FileName(_result!, extension), type, bytes);
    }

    private async Task SavePngAsync()
    {
        await using var pictures = await Js.InvokeAsync<IJSObjectReference>("import", "./js/pictures.js");
        await pictures.InvokeVoidAsync(
            "downloadPng", ClosedFormCsv.FileName(_result!, "png"), ClosedFormFigure.Svg(_result!, TitleOf(_result!.Preset ?? Drawn)), ClosedFormFigure.Width, ClosedFormFigure.Height);
    }

    private string TitleOf(string? name) => _presets?.FirstOrDefault(p => p.Name == name)?.Title ?? "Drawn by hand";

    private static string Shown(double? value) => value is { } v ? v.ToString(Math.Abs(v) < 10 ? "0.0000" : "0.00", CultureInfo.InvariantCulture) : "–";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _gate?.Dispose();
    }
}
