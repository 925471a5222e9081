using Microsoft.JSInterop;
using PatchSsl.Web.Shared;

namespace PatchSsl.Web.Tests.Shared;

/// <summary>A script and a component that may be gone before it.</summary>
public sealed class ScriptTests
{
    private readonly TaskCompletionSource<IJSObjectReference> _fetched = new();
    private readonly Module _module = new();

    [Fact]
    public async Task It_is_fetched_once_and_called_each_time()
    {
        var browser = new Browser(_fetched.Task);
        var script = new Script(browser, "./a.js");
        _fetched.SetResult(_module);
        Assert.True(await script.RunAsync(m => m.InvokeVoidAsync("draw")));
        Assert.True(await script.RunAsync(m => m.InvokeVoidAsync("draw")));
        await script.LeaveAsync(m => m.InvokeVoidAsync("remove"));
        Assert.Equal(["draw", "draw", "remove", "gone"], _module.Calls);
        Assert.Equal(1, browser.Imports);
    }

    [Fact]
    public async Task One_that_comes_after_its_component_left_is_let_go_without_a_call()
    {
        var script = new Script(new Browser(_fetched.Task), "./a.js");
        var running = script.RunAsync(m => m.InvokeVoidAsync("draw"));
        var leaving = script.LeaveAsync().AsTask();
        _fetched.SetResult(_module);
        Assert.True(await running);
        await leaving;
        Assert.Equal(["gone"], _module.Calls);
        Assert.True(await script.RunAsync(m => m.InvokeVoidAsync("draw")));
        Assert.Equal(["gone"], _module.Calls);
    }

    [Fact]
    public async Task A_failure_is_told_but_not_of_a_component_that_has_left()
    {
        _fetched.SetResult(_module);
        var script = new Script(new Browser(_fetched.Task), "./a.js");
        Assert.False(await script.RunAsync(_ => throw new JSException("no WebGL")));

        var answer = new TaskCompletionSource();
        var running = script.RunAsync(_ => new ValueTask(answer.Task));
        await script.LeaveAsync();
        answer.SetException(new ObjectDisposedException("self"));
        Assert.True(await running);
    }

    [Fact]
    public async Task A_fault_of_our_own_is_not_swallowed()
    {
        _fetched.SetResult(_module);
        var script = new Script(new Browser(_fetched.Task), "./a.js");
        await Assert.ThrowsAsync<ObjectDisposedException>(() => script.RunAsync(_ => throw new ObjectDisposedException("self")));
    }

    private sealed class Browser(Task<IJSObjectReference> module) : IJSRuntime
    {
        public int Imports { get; private set; }

        public async ValueTask<T> InvokeAsync<T>(string identifier, object?[]? args)
        {
            Assert.Equal("import", identifier);
            Imports++;
            return (T)await module;
        }

        public ValueTask<T> InvokeAsync<T>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<T>(identifier, args);
    }

    private sealed class Module : IJSObjectReference
    {
        public List<string> Calls { get; } = [];

        public ValueTask<T> InvokeAsync<T>(string identifier, object?[]? args)
        {
            Calls.Add(identifier);
            return ValueTask.FromResult(default(T)!);
        }

        public ValueTask<T> InvokeAsync<T>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<T>(identifier, args);

        public ValueTask DisposeAsync()
        {
            Calls.Add("gone");
            return ValueTask.CompletedTask;
        }
    }
}
