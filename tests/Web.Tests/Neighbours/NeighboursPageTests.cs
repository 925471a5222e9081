using Bunit;
using Microsoft.AspNetCore.Components.Web;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Neighbours;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Neighbours;

public sealed class NeighboursPageTests : NeighboursContext
{
    [Fact]
    public void Says_that_it_is_loading()
    {
        Server.LaterAsync<Page<PatchIndex>>("GET", "/api/v1/indexes");
        Server.Get("/api/v1/models", FakeServer.Page<Model>());
        Assert.NotNull(Open().Find("[role=status][aria-busy=true]"));
    }

    [Fact]
    public async Task Offers_the_demo_or_to_build_an_index_when_there_is_none()
    {
        Server.Get("/api/v1/indexes", FakeServer.Page<PatchIndex>()).Get("/api/v1/models", FakeServer.Page<Model>())
            .Post("/api/v1/demo", new DemoStatus(JobState.Queued, "generating", null, null, null, null, null, null, null));
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("No index to search yet", page.Markup));
        await page.InvokeAsync(() => page.FindAll("button").Single(b => b.TextContent.Contains("Run the demo")).Click());
        page.WaitForAssertion(() => Assert.Equal("http://localhost/", Address.Uri));
    }

    [Fact]
    public async Task Shows_why_it_cannot_load_and_tries_again()
    {
        Server.Refuse("GET", "/api/v1/indexes", 503, "Starting", "The server is still starting.").Get("/api/v1/models", FakeServer.Page<Model>());
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("The server is still starting.", page.Find("[role=alert]").TextContent));
        TwoIndexes();
        await page.InvokeAsync(() => page.Find(".error-state button").Click());
        Shown(page);
    }

    [Fact]
    public void Shows_an_index_that_is_still_being_built()
    {
        TwoIndexes();
        Server.Get("/api/v1/indexes", FakeServer.Page(PatchSamples.Index("idx_b", VectorKind.Embedding, ResourceState.Building)));
        var page = Open("?index=idx_b");
        page.WaitForAssertion(() => Assert.Contains("40 of 100 images", page.Markup));
    }

    [Fact]
    public void Names_an_index_that_is_gone()
    {
        TwoIndexes();
        var page = Open("?index=idx_old");
        page.WaitForAssertion(() => Assert.Contains("No index has the id idx_old", page.Markup));
    }

    [Fact]
    public void Starts_with_both_spaces_of_the_newest_model_and_writes_the_view_into_the_address()
    {
        TwoIndexes();
        var page = Shown(Open());
        Assert.Equal(["Embedding space", "Projection space"], page.FindAll(".gallery h2").Select(h => h.TextContent));
        Assert.Equal("http://localhost/neighbours?index=idx_h&image=ds_1-0&patch=5", Address.Uri);
        var body = Server.Sent("POST", "/api/v1/indexes/idx_h/neighbours").Single().Body;
        Assert.Contains("\"imageId\":\"ds_1-0\"", body);
        Assert.Contains("\"k\":24,\"excludeSameImage\":true,\"onePerImage\":true", body);
    }

    [Fact]
    public void Galleries_are_busy_until_their_search_is_done()
    {
        TwoIndexes();
        var first = Server.LaterAsync<NeighbourResult>("POST", "/api/v1/indexes/idx_h/neighbours");
        var second = Server.LaterAsync<NeighbourResult>("POST", "/api/v1/indexes/idx_z/neighbours");
        var page = Open();
        Shows("true", "true");
        first.SetResult(PatchSamples.Found("idx_h", 2, 3, 4));
        Shows("false", "true");
        second.SetResult(PatchSamples.Found("idx_z", 2, 6));
        Shows("false", "false");

        void Shows(params string[] busy) =>
            page.WaitForAssertion(() => Assert.Equal(busy, page.FindAll(".gallery").Select(g => g.GetAttribute("aria-busy"))));
    }

    [Fact]
    public void Marks_rank_score_class_and_what_both_galleries_hold()
    {
        TwoIndexes();
        var page = Shown(Open());
        var first = Tiles(page, 0)[0];
        Assert.Equal(("1", "0.900", "✓ cat"), (first.QuerySelector(".rank")!.TextContent, first.QuerySelector(".score")!.TextContent, first.QuerySelector(".class.same")!.TextContent));
        Assert.NotNull(first.QuerySelector(".both"));
        Assert.Equal("dog", Tiles(page, 0)[1].QuerySelector(".class")!.TextContent);
        Assert.Contains("1 patch and patches of 1 image", page.Find("[aria-label=Comparison]").TextContent.Replace('\u00a0', ' ').Replace("  ", " "), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_reproduces_the_view()
    {
        TwoIndexes();
        var page = Open("?index=idx_z&beside=none&image=ds_1-4&box=1,2,10,12&k=48&onePerImage=false&otherImages=false&map=off");
        page.WaitForAssertion(() => Assert.Equal(2, Tiles(page, 0).Count));
        Assert.Single(page.FindAll(".gallery"));
        var body = Server.Sent("POST", "/api/v1/indexes/idx_z/neighbours").Single().Body;
        Assert.Contains("\"imageId\":\"ds_1-4\",\"box\":{\"x\":1,\"y\":2,\"width\":10,\"height\":12}", body);
        Assert.Contains("\"k\":48,\"excludeSameImage\":false,\"onePerImage\":false", body);
        Assert.Empty(page.FindAll(".map"));
    }

    [Fact]
    public async Task Arrow_keys_move_the_patch_in_the_address_and_the_back_button_brings_it_back()
    {
        TwoIndexes();
        var page = Shown(Open());
        var before = Address.Uri;
        await page.InvokeAsync(() => page.Find(".surface").KeyDown(new KeyboardEventArgs { Key = "ArrowRight" }));
        page.WaitForAssertion(() => Assert.EndsWith("patch=6", Address.Uri));
        page.WaitForAssertion(() => Assert.Equal(2, Server.Sent("POST", "/api/v1/indexes/idx_h/neighbours").Count()));
        Address.NavigateTo(before);
        page.WaitForAssertion(() => Assert.Contains("at 5, 5", page.Find(".surface").GetAttribute("aria-label")));
    }

    [Fact]
    public async Task Searching_from_a_neighbour_leaves_a_trail_that_leads_back()
    {
        TwoIndexes();
        var page = Shown(Open());
        await page.InvokeAsync(() => Tiles(page, 1)[1].QuerySelector(".pivot")!.Click());
        page.WaitForAssertion(() => Assert.Contains("image=ds_1-6&patch=0", Address.Uri));
        Assert.Contains("trail=ds_1-0@5.333,5.333,16,16", Address.Uri);
        page.WaitForElement(".trail button");
        await page.InvokeAsync(() => page.Find(".trail button").Click());
        page.WaitForAssertion(() => Assert.EndsWith("?index=idx_h&image=ds_1-0&patch=5", Address.Uri));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".trail")));
    }

    [Fact]
    public async Task A_click_on_a_crop_opens_its_whole_image()
    {
        TwoIndexes();
        var page = Shown(Open());
        await page.InvokeAsync(() => Tiles(page, 0)[1].QuerySelector("button.crop")!.Click());
        Dialogs.WaitForAssertion(() => Assert.Contains("image-3.png", Dialogs.Markup));
        await Dialogs.InvokeAsync(() => Dialogs.FindAll("button").Single(b => b.TextContent.Contains("Search from here")).Click());
        page.WaitForAssertion(() => Assert.Contains("image=ds_1-3", Address.Uri));
    }

    [Fact]
    public void A_gallery_that_fails_says_why_beside_the_one_that_works()
    {
        TwoIndexes();
        Server.Refuse("POST", "/api/v1/indexes/idx_z/neighbours", 503, "Busy", "The search queue is full.");
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal("The search queue is full.", page.Find(".gallery.projection [role=alert]").TextContent));
        Assert.Equal(3, Tiles(page, 0).Count);
    }

    [Fact]
    public async Task Draws_a_random_image_of_the_chosen_class()
    {
        TwoIndexes();
        Server.Get("/api/v1/datasets/ds_1/images", r => FakeServer.Page(PatchSamples.Image(r.Query.Contains("sort=random") ? 7 : 0)));
        var page = Shown(Open("?class=dog"));
        await page.InvokeAsync(() => page.FindAll("button").Single(b => b.TextContent.Contains("Random image")).Click());
        page.WaitForAssertion(() => Assert.Contains("image=ds_1-7", Address.Uri));
        Assert.Contains(Server.Sent("GET", "/api/v1/datasets/ds_1/images"), r => r.Query.Contains("sort=random") && r.Query.Contains("filter=class:\"dog\""));
    }

    [Fact]
    public async Task Searches_with_an_image_of_ones_own()
    {
        TwoIndexes();
        JSInterop.SetupModule("./js/pictures.js").Setup<OwnImage.Measured>("measure", _ => true).SetResult(new OwnImage.Measured("blob:1", 200, 100));
        var page = Shown(Open("?map=first"));
        page.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>().UploadFiles(InputFileContent.CreateFromText("pixels", "mine.png", contentType: "image/png"));
        page.WaitForAssertion(() => Assert.Equal("blob:1", page.Find(".stage img").GetAttribute("src")));
        page.WaitForAssertion(() => Assert.Contains("filename=mine.png", Server.Sent("POST", "/api/v1/indexes/idx_z/neighbours").Last().Body));
        page.WaitForAssertion(() => Assert.Equal(16, page.FindAll(".stage .map rect").Count));
        var map = Server.Sent("POST", "/api/v1/indexes/idx_h/similarity").Last().Body;
        Assert.Contains("filename=mine.png", map);
        Assert.DoesNotContain("imageId", map);
        await page.InvokeAsync(() => page.FindAll(".thumb")[0].Click());
        page.WaitForAssertion(() => Assert.Equal("api/v1/images/ds_1-0/content", page.Find(".stage img").GetAttribute("src")));
    }
}
