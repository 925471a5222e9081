using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Web.Layout;
using PatchSsl.Web.State;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests;

public sealed class LayoutTests : DashboardContext
{
    [Fact]
    public void Says_when_the_server_stops_answering_and_when_it_is_back()
    {
        var layout = Render<MainLayout>(p => p.Add(l => l.Body, (RenderFragment)(b => b.AddContent(0, "page"))));
        Assert.DoesNotContain("does not answer. Trying again", layout.Markup);

        var connection = Services.GetRequiredService<ServerConnection>();
        connection.Report(false);
        layout.WaitForAssertion(() => Assert.Contains("does not answer. Trying again", layout.Markup));

        connection.Report(true);
        layout.WaitForAssertion(() => Assert.DoesNotContain("does not answer. Trying again", layout.Markup));
    }

    [Fact]
    public async Task Remembers_the_chosen_theme()
    {
        var layout = Render<MainLayout>();
        await layout.InvokeAsync(() => Services.GetRequiredService<ThemePreference>().SetAsync(ThemeMode.Dark));
        layout.WaitForAssertion(() => Assert.NotEmpty(layout.FindAll(".dashboard.dark")));
        Assert.Contains(JSInterop.Invocations["localStorage.setItem"], i => Equals(i.Arguments[1], "Dark"));
    }
}
