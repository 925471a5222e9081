using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Demo;

/// <summary>The demo's stages as a terminal tells them.</summary>
/// <param name="patchesAStep">Of the demo's recipe: training counts steps, people compare patches.</param>
public sealed class DemoProgress(TimeProvider time, int patchesAStep)
{
    private string? _step;
    private long _since;
    private Progress? _last;

    /// <summary>What is done, in order: the name in <see cref="DemoStatus.Step"/> and words for people.</summary>
    public static IReadOnlyList<(string Step, string Title)> Stages { get; } =
    [
        (DemoContracts.Generating, "Generating images"),
        (DemoContracts.Training, "Training on patches"),
        (DemoContracts.Indexing, "Indexing patches"),
        (DemoContracts.Evaluating, "Evaluating"),
    ];

    /// <summary>A line for the stage that has ended since the last call, with its seconds; null where none has.</summary>
    public string? Ended(DemoStatus status)
    {
        var line = _step is not null && status.Step != _step && Title(_step) is { } title ? Line(title) : null;
        if (status.Step != _step) (_step, _since, _last) = (status.Step, time.GetTimestamp(), null);
        _last = status.Progress ?? _last;
        return line;
    }

    /// <summary>Words beside a bar: the stage, and how fast it goes once that is measured.</summary>
    public string Beside(string title, Progress? progress) => Rate(progress) is { } rate ? $"{title}, {rate}" : title;

    /// <summary>0 to 1; 0 while unknown.</summary>
    public static double Share(Progress? progress) => progress is { Total: > 0 } ? Math.Clamp((double)progress.Done / progress.Total, 0, 1) : 0;

    private string? Rate(Progress? progress)
    {
        if (progress?.Rate is not { } rate) return null;
        return progress.Unit == "steps" ? Invariant($"{rate * patchesAStep:N0} patches/s") : Invariant($"{rate:N0} {progress.Unit}/s");
    }

    private string Line(string title)
    {
        var seconds = time.GetElapsedTime(_since).TotalSeconds;
        // A stage of several jobs has no one count.
        return _last is { Total: > 0 } last && _step is (DemoContracts.Generating or DemoContracts.Training)
            ? Invariant($"{title}: {last.Total:N0} {last.Unit} in {seconds:0.0} s")
            : Invariant($"{title}: {seconds:0.0} s");
    }

    private static string? Title(string step) => Stages.FirstOrDefault(stage => stage.Step == step).Title;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
