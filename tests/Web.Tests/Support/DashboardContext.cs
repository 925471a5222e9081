using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using PatchSsl.Client.Contracts;
using PatchSsl.Client.Live;

namespace PatchSsl.Web.Tests.Support;

/// <summary>The dashboard's own services around a server of canned answers and a hub driven by the test.</summary>
public abstract class DashboardContext : BunitContext
{
    protected DashboardContext()
    {
        // Only what hangs meets it: a first render on a busy machine takes its time.
        DefaultWaitTimeout = TimeSpan.FromMinutes(5);
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule(_ => true).Mode = JSRuntimeMode.Loose;
        Services.AddDashboard(new Uri("http://localhost/"), Server);
        Services.AddScoped<Func<IRunConnection>>(_ => () => Hub);
    }

    protected FakeServer Server { get; } = new();

    protected FakeHub Hub { get; } = new();

    /// <summary>Renders what menus, selects, tooltips and dialogs need; a page that opens one wants it first.</summary>
    protected void RenderProviders()
    {
        Popovers = Render<MudPopoverProvider>();
        Dialogs = Render<MudDialogProvider>();
        Messages = Render<MudSnackbarProvider>();
    }

    protected IRenderedComponent<MudPopoverProvider> Popovers { get; private set; } = null!;

    protected IRenderedComponent<MudDialogProvider> Dialogs { get; private set; } = null!;

    protected IRenderedComponent<MudSnackbarProvider> Messages { get; private set; } = null!;

    // MudBlazor's services can only be disposed asynchronously; the runner awaits this one.
    protected override void Dispose(bool disposing)
    {
    }
}

/// <summary>A hub whose messages the test sends.</summary>
public sealed class FakeHub : IRunConnection
{
    public event Action<string, IReadOnlyList<MetricPoint>>? Points;
    public event Action<string>? RunChanged;
    public event Action? Lost;
    public event Action? Restored;

    /// <summary>Every subscription, in order.</summary>
    public List<(string RunId, long AfterSeq)> Subscriptions { get; } = [];

    /// <summary>Starting fails this many times first.</summary>
    public int FailingStarts { get; set; }

    public Task StartAsync(CancellationToken cancellationToken) =>
        FailingStarts-- > 0 ? Task.FromException(new HttpRequestException("refused")) : Task.CompletedTask;

    public Task SubscribeAsync(string runId, long afterSeq, CancellationToken cancellationToken)
    {
        Subscriptions.Add((runId, afterSeq));
        return Task.CompletedTask;
    }

    public void Send(string runId, params MetricPoint[] points) => Points?.Invoke(runId, points);

    public void Change(string runId) => RunChanged?.Invoke(runId);

    public void Lose() => Lost?.Invoke();

    public void Restore() => Restored?.Invoke();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
