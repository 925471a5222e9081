using System.Runtime.CompilerServices;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PatchSsl.EndToEnd.Tests;

/// <summary>A headless Chromium: an installed one, else the one Playwright installs for itself.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>How long anything waited for may take: so long that only a hang meets it, however busy the machine is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string[] InstalledNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private readonly Dictionary<(Uri, int, int), IPage> _shared = [];
    private readonly ConditionalWeakTable<IPage, List<string>> _complaints = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _missing;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        var executable = Installed();
        if (executable is null && Microsoft.Playwright.Program.Main(["install", "chromium"]) != 0)
        {
            _missing = $"No browser: none of {string.Join(", ", InstalledNames)} is on the PATH, and Playwright could not install its own.";
            return;
        }
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Timeout = (float)Patience.TotalMilliseconds,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A page of its own profile. Without a browser the test is skipped with the reason; in CI it fails.</summary>
    public async Task<IPage> NewPageAsync(Uri address, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        if (_browser is null)
        {
            if (Environment.GetEnvironmentVariable("CI") is "true") Assert.Fail(_missing);
            Assert.Skip(_missing!);
        }
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
        });
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        var page = await context.NewPageAsync();
        List<string> complaints = [];
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Add(message.Text);
        };
        _complaints.Add(page, complaints);
        return page;
    }

    /// <summary>Errors that a page's scripts and the dashboard wrote to the browser's console.</summary>
    public IReadOnlyList<string> Complaints(IPage page) => _complaints.TryGetValue(page, out var complaints) ? complaints : [];

    /// <summary>
    /// An address of the dashboard in a page that the tests of one size share: a dashboard takes seconds to start, and starts once. A test that leaves
    /// something behind (a closed menu, a style) takes a page of its own instead.
    /// </summary>
    public async Task<IPage> OpenAsync(Uri address, string path, int width = 1280, int height = 900)
    {
        if (!_shared.TryGetValue((address, width, height), out var page))
        {
            page = _shared[(address, width, height)] = await NewPageAsync(address, width, height);
            await page.GotoAsync(path);
            return page;
        }
        await page.SetViewportSizeAsync(width, height);
        await FollowAsync(page, path);
        return page;
    }

    /// <summary>Goes to an address as a link within the dashboard does, by way of one that has no page: so that even the page that is shown begins anew.</summary>
    public async Task FollowAsync(IPage page, string path)
    {
        var nothing = page.GetByRole(AriaRole.Heading, new() { Name = "Page not found" });
        var fault = page.GetByRole(AriaRole.Heading, new() { Name = "Something went wrong" });
        await page.EvaluateAsync("() => Blazor.navigateTo('not-found')");
        await Expect(nothing.Or(fault)).ToBeVisibleAsync();
        if (await fault.IsVisibleAsync()) Assert.Fail($"On the way to {path}: {string.Join(Environment.NewLine, Complaints(page))}");
        await page.EvaluateAsync("path => Blazor.navigateTo(path)", path);
        await Expect(nothing).ToHaveCountAsync(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private static string? Installed() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in InstalledNames
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
