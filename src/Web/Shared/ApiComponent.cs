using Microsoft.AspNetCore.Components;
using MudBlazor;
using PatchSsl.Client;

namespace PatchSsl.Web.Shared;

/// <summary>A page or part that talks to the API: loads with an error state, acts with a message, polls, and stops when it is left.</summary>
public abstract class ApiComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly List<ITimer> _timers = [];

    [Inject] protected ApiClient Api { get; set; } = null!;
    [Inject] protected ISnackbar Snackbar { get; set; } = null!;
    [Inject] protected NavigationManager Navigation { get; set; } = null!;
    [Inject] protected TimeProvider Time { get; set; } = null!;

    /// <summary>Why the last load failed; null after one that succeeded.</summary>
    protected ApiException? Error { get; private set; }

    /// <summary>Cancelled when the component goes away.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    /// <summary>Runs a load; a refusal becomes <see cref="Error"/>. True when it succeeded.</summary>
    protected async Task<bool> LoadAsync(Func<CancellationToken, Task> load)
    {
        try
        {
            await load(Leaving);
            Error = null;
            return true;
        }
        catch (ApiException e)
        {
            Error = e;
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
        }
        return false;
    }

    /// <summary>Runs an action; a refusal becomes a message at the edge of the screen. True when it succeeded.</summary>
    /// <param name="done">Said when it succeeded; null says nothing.</param>
    protected async Task<bool> ActAsync(Func<CancellationToken, Task> act, string? done = null)
    {
        try
        {
            await act(Leaving);
            if (done is not null) Snackbar.Add(done, Severity.Success);
            return true;
        }
        catch (ApiException e)
        {
            Snackbar.Add(e.Problem.Title is { } title && title != e.Message ? $"{title}: {e.Message}" : e.Message, Severity.Error);
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
        }
        return false;
    }

    /// <summary>Calls <paramref name="poll"/> on the renderer every <paramref name="interval"/>, never twice at once, until the component goes away.</summary>
    protected void Every(TimeSpan interval, Func<Task> poll)
    {
        var busy = false;
        _timers.Add(Time.CreateTimer(_ => _ = InvokeAsync(async () =>
        {
            if (busy || Leaving.IsCancellationRequested) return;
            busy = true;
            try
            {
                await poll();
                StateHasChanged();
            }
            finally
            {
                busy = false;
            }
        }), null, interval, interval));
    }

    public void Dispose()
    {
        foreach (var timer in _timers) timer.Dispose();
        if (!_leaving.IsCancellationRequested) _leaving.Cancel();
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
