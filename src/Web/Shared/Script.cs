using Microsoft.JSInterop;

namespace PatchSsl.Web.Shared;

/// <summary>
/// A component's script. The component may be gone by the time the script has been fetched, or while it answers: then nothing more is called, what was
/// fetched is let go, and a page that somebody left shows no fault on the page they went to.
/// </summary>
/// <param name="path">Of the module, from the dashboard's root.</param>
public sealed class Script(IJSRuntime js, string path)
{
    private Task<IJSObjectReference>? _fetching;
    private bool _left;

    /// <summary>Calls the script, which is fetched at the first time.</summary>
    /// <returns>False where it failed, as in a browser without what it needs. Nobody sees that of a component that has gone, so it is true there.</returns>
    public async Task<bool> RunAsync(Func<IJSObjectReference, ValueTask> use)
    {
        if (_left) return true;
        try
        {
            var module = await (_fetching ??= js.InvokeAsync<IJSObjectReference>("import", path).AsTask());
            if (!_left) await use(module);
            return true;
        }
        catch (Exception e) when (e is JSDisconnectedException || (_left && e is JSException or ObjectDisposedException))
        {
            return true;
        }
        catch (JSException)
        {
            return false;
        }
    }

    /// <summary>The component goes.</summary>
    /// <param name="farewell">What the script is told, if it was ever fetched. Its elements may be gone already.</param>
    public async ValueTask LeaveAsync(Func<IJSObjectReference, ValueTask>? farewell = null)
    {
        _left = true;
        if (_fetching is null) return;
        try
        {
            await using var module = await _fetching;
            if (farewell is not null) await farewell(module);
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException)
        {
        }
    }

    /// <summary>Ends what an <c>attach</c> of a script returned: its listeners, and the reference to it.</summary>
    public static async ValueTask DetachAsync(IJSObjectReference? attached)
    {
        if (attached is null) return;
        await attached.InvokeVoidAsync("dispose");
        await attached.DisposeAsync();
    }
}
