using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Maps;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Maps;

public sealed class MapPageTests : DashboardContext
{
    private BunitNavigationManager Address => Services.GetRequiredService<BunitNavigationManager>();

    private BunitJSModuleInterop Script { get; }

    public MapPageTests()
    {
        Script = JSInterop.SetupModule("./js/map.js");
        Script.Mode = JSRuntimeMode.Loose;
    }

    private void TwoIndexes(long? total = null)
    {
        Server.Get("/api/v1/indexes", FakeServer.Page(PatchSamples.Index("idx_h", VectorKind.Embedding), PatchSamples.Index("idx_z", VectorKind.Projection)));
        foreach (var id in new[] { "idx_h", "idx_z" })
        {
            Server.Get($"/api/v1/indexes/{id}/map", MapSamples.Map(id, ["cat", "dog"], [0, 1, 1, 0], [0, 1, 0, 0], total));
            Server.Get($"/api/v1/indexes/{id}/patches", r => MapSamples.Items(r.Query));
        }
    }

    private IRenderedComponent<MapPage> Open(string query = "")
    {
        RenderProviders();
        Address.NavigateTo("map" + query);
        return Render<MapPage>();
    }

    private static IRenderedComponent<MapPage> Shown(IRenderedComponent<MapPage> page)
    {
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".legend li")));
        return page;
    }

    /// <summary>The rows whose crops were last asked for.</summary>
    private IEnumerable<int> Rows(string index) => Server.Sent("GET", $"/api/v1/indexes/{index}/patches").Last().Query["?rows=".Length..].Split(',').Select(int.Parse).Order();

    private static string Text(IRenderedComponent<MapPage> page, string selector) => page.Find(selector).TextContent.Replace('\u00a0', ' ');

    [Fact]
    public void Says_what_to_do_when_there_is_no_index()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page<PatchIndex>());
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("No index to search yet", page.Markup));
    }

    [Fact]
    public void Names_an_index_that_is_gone()
    {
        TwoIndexes();
        var page = Open("?index=idx_old");
        page.WaitForAssertion(() => Assert.Contains("No index has the id idx_old", page.Markup));
    }

    [Fact]
    public void Shows_both_spaces_with_their_axes_and_writes_the_index_into_the_address()
    {
        TwoIndexes();
        var page = Shown(Open());
        Assert.Equal(["Embedding space", "Projection space"], page.FindAll(".map-card h2").Select(h => h.TextContent));
        Assert.Equal("http://localhost/map?index=idx_h", Address.Uri);
        Assert.Equal("?points=20000&seed=0&components=1,2&clusters=10&encoding=base64", Server.Sent("GET", "/api/v1/indexes/idx_h/map").Single().Query);
        Assert.Equal("All 4 patches.", Text(page, ".map-card .note"));
        Assert.Contains("component 1 (50.0 % of the variance) across, component 2 (25.0 % of the variance) up", page.Find(".plane").GetAttribute("aria-label")!.Replace('\u00a0', ' '));
        page.WaitForAssertion(() => Assert.Equal(2, Script.Invocations["draw"].Count));
        Assert.Equal(32, ((byte[])Script.Invocations["draw"][0].Arguments[3]!).Length);
        Assert.Equal(new byte[] { 0, 1, 1, 0 }, (byte[])Script.Invocations["draw"][0].Arguments[4]!);
    }

    [Fact]
    public void A_sample_says_so()
    {
        TwoIndexes(total: 160_000);
        Assert.Equal("4 of 160,000 patches, sampled by seed 0.", Text(Shown(Open()), ".map-card .note"));
    }

    [Fact]
    public void A_link_reproduces_the_view()
    {
        TwoIndexes();
        var page = Shown(Open("?index=idx_z&beside=none&points=2000&seed=3&x=2&y=3&colour=cluster&clusters=5&hidden=1"));
        Assert.Single(page.FindAll(".map-card"));
        Assert.Equal("?points=2000&seed=3&components=2,3&clusters=5&encoding=base64", Server.Sent("GET", "/api/v1/indexes/idx_z/map").Single().Query);
        Assert.Equal(["true", "false"], page.FindAll(".legend .entry").Select(e => e.GetAttribute("aria-pressed")));
    }

    [Fact]
    public void The_legend_hides_and_shows_and_the_address_remembers()
    {
        TwoIndexes();
        var page = Shown(Open());
        Assert.Equal(["●cat2", "●dog2"], page.FindAll(".legend .entry").Select(e => e.TextContent.Replace("\n", "").Replace(" ", "")));
        page.FindAll(".legend .entry")[1].Click();
        page.WaitForAssertion(() => Assert.EndsWith("?index=idx_h&hidden=1", Address.Uri));
        page.WaitForAssertion(() => Assert.Equal("false", page.FindAll(".legend .entry")[1].GetAttribute("aria-pressed")));
        Assert.Single(Server.Sent("GET", "/api/v1/indexes/idx_h/map")); // nothing new is asked of the server
        page.FindAll(".legend .link-button")[0].Click();
        page.WaitForAssertion(() => Assert.EndsWith("?index=idx_h", Address.Uri));
    }

    [Fact]
    public async Task A_lasso_fills_the_gallery_and_both_maps_fade_the_rest()
    {
        TwoIndexes();
        var page = Shown(Open());
        var scatter = page.FindComponents<MapScatter>()[1];
        await page.InvokeAsync(() => scatter.Instance.OnLasso([1, 0, 0, 0, 3, 0, 0, 0]));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".tiles .crop > img").Count));
        Assert.Contains("2 chosen patches", Text(page, ".gallery h2"));
        Assert.Equal([1, 3], Rows("idx_h"));
        Assert.Empty(page.FindAll(".tile .rank"));
        page.WaitForAssertion(() => Assert.Equal(2, Script.Invocations["select"].Count(i => i.Arguments[1] is byte[] { Length: 8 })));
        page.Find(".gallery [aria-label='Search from here: image-0.png']").Click();
        page.WaitForAssertion(() => Assert.Matches("neighbours\\?index=idx_h&beside=idx_z&image=ds_1-0&patch=[13]$", Address.Uri));
    }

    [Fact]
    public async Task A_lasso_around_nothing_says_so_and_can_be_taken_back()
    {
        TwoIndexes();
        var page = Shown(Open());
        await page.InvokeAsync(() => page.FindComponents<MapScatter>()[0].Instance.OnLasso([]));
        page.WaitForAssertion(() => Assert.Contains("No patch lies within the lasso", page.Markup));
        page.Find(".none .link-button").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("No patch lies within the lasso", page.Markup));
    }

    [Fact]
    public void Without_a_pointer_a_category_is_chosen_and_the_table_read()
    {
        TwoIndexes();
        var page = Shown(Open());
        page.FindAll(".legend .choose")[1].Click();
        page.WaitForAssertion(() => Assert.Equal([1, 2], Rows("idx_h")));
        page.FindAll(".tools .mud-toggle-item").Single(b => b.TextContent.Trim() == "Table").Click();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[aria-label='Points of the Embedding space'] tbody tr").Count));
        var row = page.Find("[aria-label='Points of the Embedding space'] tbody tr");
        Assert.Equal("neighbours?index=idx_h&beside=idx_z&image=ds_1-0&patch=1", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("dog", row.TextContent);
    }

    [Fact]
    public async Task A_rest_on_a_point_shows_its_crop_and_marks_it_in_the_other_map()
    {
        TwoIndexes();
        var page = Shown(Open());
        await page.InvokeAsync(() => page.FindComponents<MapScatter>()[0].Instance.OnHover(2, 100, 80));
        page.WaitForAssertion(() => Assert.Contains("image-0.png", page.Find(".looked").TextContent));
        page.WaitForAssertion(() => Assert.Contains(Script.Invocations["mark"], i => i.Arguments[1] is 2));
        await page.InvokeAsync(() => page.FindComponents<MapScatter>()[0].Instance.OnHover(-1, 0, 0));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".looked")));
        await page.InvokeAsync(() => page.FindComponents<MapScatter>()[1].Instance.OnPick(3));
        Assert.EndsWith("neighbours?index=idx_z&beside=idx_h&image=ds_1-0&patch=3", Address.Uri);
    }

    [Fact]
    public void A_map_that_fails_says_why_beside_the_one_that_works()
    {
        TwoIndexes();
        Server.Refuse("GET", "/api/v1/indexes/idx_z/map", 503, "Not now", "16 maps wait already.");
        var page = Shown(Open());
        page.WaitForAssertion(() => Assert.Contains("16 maps wait already.", page.FindAll(".map-card")[1].TextContent));
        Assert.NotEmpty(page.FindAll(".map-card")[0].QuerySelectorAll(".plane"));
    }

    [Fact]
    public void A_map_being_made_says_so()
    {
        TwoIndexes();
        Server.LaterAsync<PatchMap>("GET", "/api/v1/indexes/idx_z/map");
        var page = Shown(Open());
        Assert.Equal(["false", "true"], page.FindAll(".map-card").Select(c => c.GetAttribute("aria-busy")));
        Assert.Contains("Laying out the patches", page.FindAll(".map-card")[1].TextContent);
    }
}
