using System.Text.Json;
using Microsoft.Playwright;

namespace PatchSsl.Bench;

/// <summary>A page of a fresh profile in a headless Chromium, and what it transferred.</summary>
internal sealed class BenchBrowser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly Dictionary<string, string> _addresses = [];
    private readonly Dictionary<string, double> _transferred = [];

    private BenchBrowser(IPlaywright playwright, IBrowser browser, IPage page) => (_playwright, _browser, Page) = (playwright, browser, page);

    public IPage Page { get; }

    /// <summary>What the page complained about: errors on the console and failed requests.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Address → bytes that came over the wire for it, headers included, since <see cref="Forget"/>.</summary>
    public IReadOnlyDictionary<string, double> Transferred
    {
        get
        {
            lock (_transferred) return new Dictionary<string, double>(_transferred);
        }
    }

    public static async Task<BenchBrowser> StartAsync(int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Installed() ?? throw new ArgumentException($"No browser: none of {string.Join(", ", Names)} is on the PATH."),
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        var started = new BenchBrowser(playwright, browser, await context.NewPageAsync());
        await started.ListenAsync(await context.NewCDPSessionAsync(started.Page));
        return started;
    }

    /// <summary>Begins a new account of transfers.</summary>
    public void Forget()
    {
        lock (_transferred) _transferred.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private async Task ListenAsync(ICDPSession session)
    {
        session.Event("Network.requestWillBeSent").OnEvent += (_, e) => Note(e, x => _addresses[Id(x)] = x.GetProperty("request").GetProperty("url").GetString()!);
        session.Event("Network.loadingFinished").OnEvent += (_, e) => Note(e, x => _transferred[_addresses[Id(x)]] = x.GetProperty("encodedDataLength").GetDouble());
        await session.SendAsync("Network.enable");
        Page.PageError += (_, error) => Complaints.Add(error);
        Page.Console += (_, message) =>
        {
            if (message.Type == "error") Complaints.Add(message.Text);
        };
    }

    private void Note(JsonElement? e, Action<JsonElement> note)
    {
        if (e is not { } happened) return;
        lock (_transferred) note(happened);
    }

    private static string Id(JsonElement e) => e.GetProperty("requestId").GetString()!;

    private static string? Installed() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in Names
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
