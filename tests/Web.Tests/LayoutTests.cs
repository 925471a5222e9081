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

    [Fact]
    public void Asks_for_the_servers_key_and_shows_the_page_once_it_is_right()
    {
        Server.Refuse("GET", "/api/v1/system", 401, "A key is needed", "Send a key.").Refuse("POST", "/api/v1/session", 401, "Not the key", "The key is not this server's.");
        var gate = Render<KeyGate>(p => p.Add(g => g.ChildContent, (RenderFragment)(b => b.AddContent(0, "the page"))));
        Assert.Contains("the page", gate.Markup);
        Services.GetRequiredService<ServerConnection>().Report(true, keyNeeded: true);
        gate.WaitForAssertion(() => Assert.Contains("This server needs a key", gate.Markup));

        gate.Find("input").Input("wrong");
        gate.Find("form").Submit();
        gate.WaitForAssertion(() => Assert.Contains("The key is not this server's.", gate.Markup));

        Server.On("POST", "/api/v1/session", _ => new HttpResponseMessage(System.Net.HttpStatusCode.NoContent));
        gate.Find("form").Submit();
        gate.WaitForAssertion(() => Assert.Contains("the page", gate.Markup));
    }
}
