using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Neighbours;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Neighbours;

/// <summary>Filters, order, maps and the image beside the query's.</summary>
public sealed class NeighbourChoicesTests : NeighboursContext
{
    [Fact]
    public async Task The_class_filter_and_the_least_similar_are_asked_for_and_stand_in_the_address()
    {
        TwoIndexes();
        var page = Shown(Open("?within=dog&within=cat"));
        Assert.Contains("\"filter\":{\"classes\":[\"cat\",\"dog\"]}", Server.Sent("POST", "/api/v1/indexes/idx_h/neighbours").Last().Body);
        await page.InvokeAsync(() => page.FindAll(".mud-switch").Single(s => s.TextContent.Contains("Least similar")).QuerySelector("input")!.Change(true));
        page.WaitForAssertion(() => Assert.Contains("order=farthest&within=cat&within=dog", Address.Uri));
        page.WaitForAssertion(() => Assert.Contains("\"order\":\"farthest\"", Server.Sent("POST", "/api/v1/indexes/idx_z/neighbours").Last().Body));
        page.WaitForAssertion(() => Assert.Contains("least similar first", page.Find(".gallery .sub").TextContent));
    }

    [Fact]
    public void An_uploaded_image_is_searched_with_every_switch()
    {
        TwoIndexes();
        JSInterop.SetupModule("./js/pictures.js").Setup<OwnImage.Measured>("measure", _ => true).SetResult(new OwnImage.Measured("blob:1", 200, 100));
        var page = Shown(Open("?within=dog&order=farthest&k=48"));
        page.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>().UploadFiles(InputFileContent.CreateFromText("pixels", "mine.png", contentType: "image/png"));
        page.WaitForAssertion(() => Assert.Contains("filename=mine.png", Server.Sent("POST", "/api/v1/indexes/idx_h/neighbours").Last().Body));
        var body = Server.Sent("POST", "/api/v1/indexes/idx_h/neighbours").Last().Body;
        foreach (var part in new[] { "farthest", "[\"dog\"]", "48", "true" }) Assert.Contains($"\r\n\r\n{part}\r\n", body);
    }

    [Fact]
    public async Task Only_what_changed_is_asked_again()
    {
        TwoIndexes();
        var page = Shown(Open("?map=first"));
        await page.InvokeAsync(() => page.Find("select.scale").Change("Signed"));
        page.WaitForAssertion(() => Assert.Contains("scale=signed", Address.Uri));
        await page.InvokeAsync(() => page.Find("input[type=range]").Input("60"));
        await page.InvokeAsync(() => page.Find("input[type=range]").Change("60"));
        page.WaitForAssertion(() => Assert.Contains("opacity=60", Address.Uri));
        page.WaitForAssertion(() => Assert.Equal("0.6", page.Find(".stage .map").GetAttribute("opacity")));
        Assert.Single(Server.Sent("POST", "/api/v1/indexes/idx_h/neighbours"));
        Assert.Single(Server.Sent("POST", "/api/v1/indexes/idx_h/similarity"));
        Assert.Empty(Server.Sent("POST", "/api/v1/indexes/idx_z/similarity"));
        await page.InvokeAsync(() => page.FindAll(".mud-toggle-item").Single(t => t.TextContent.Contains("Projection")).Click());
        page.WaitForAssertion(() => Assert.Single(Server.Sent("POST", "/api/v1/indexes/idx_z/similarity")));
        Assert.Single(Server.Sent("POST", "/api/v1/indexes/idx_z/neighbours"));
    }

    [Fact]
    public void Neighbours_show_without_waiting_for_the_map()
    {
        TwoIndexes();
        var map = Server.LaterAsync<SimilarityMap>("POST", "/api/v1/indexes/idx_h/similarity");
        var page = Shown(Open("?map=first"));
        Assert.Empty(page.FindAll(".stage .map"));
        map.SetResult(PatchSamples.Map("ds_1-0"));
        page.WaitForAssertion(() => Assert.Equal(16, page.FindAll(".stage .map rect").Count));
    }

    [Fact]
    public async Task A_second_image_shows_the_map_of_the_query_and_its_best_match()
    {
        TwoIndexes();
        // An image of another dataset and another size.
        Server.Get("/api/v1/images/ds_2-9", new ImageItem("ds_2-9", "ds_2", "other.jpg", null, "train", 64, 48))
            .Post("/api/v1/indexes/idx_h/similarity", new SimilarityMap("ds_2-9", 4, 4, [.. Enumerable.Range(0, 16).Select(i => new SimilarityCell(new Box(i % 4 * 13.333, i / 4 * 8, 24, 24), i == 6 ? .873 : .2))]));
        var page = Open("?compare=ds_2-9&map=off");
        page.WaitForAssertion(() => Assert.Contains("Best match 0.873", page.Find("[aria-label='Compared image']").TextContent));
        var card = page.Find("[aria-label='Compared image']");
        Assert.Equal("api/v1/images/ds_2-9/content", card.QuerySelector(".stage img")!.GetAttribute("src"));
        Assert.Equal(("26.666", "8"), (card.QuerySelector(".edge.inner")!.GetAttribute("x"), card.QuerySelector(".edge.inner")!.GetAttribute("y")));
        Assert.Equal(16, card.QuerySelectorAll(".map rect").Length);
        Assert.Contains("\"imageId\":\"ds_2-9\"}", Server.Sent("POST", "/api/v1/indexes/idx_h/similarity").Single().Body);

        await page.InvokeAsync(() => card.QuerySelectorAll("button").Single(b => b.TextContent.Contains("Close")).Click());
        page.WaitForAssertion(() => Assert.DoesNotContain("compare=", Address.Uri));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[aria-label='Compared image']")));
    }

    [Fact]
    public async Task A_neighbours_image_is_compared_from_its_crop_or_its_dialog()
    {
        TwoIndexes();
        var page = Shown(Open());
        await page.InvokeAsync(() => Tiles(page, 0)[1].QuerySelector(".compare")!.Click());
        page.WaitForAssertion(() => Assert.Contains("compare=ds_1-3", Address.Uri));
        await page.InvokeAsync(() => Tiles(page, 0)[2].QuerySelector("button.crop")!.Click());
        Dialogs.WaitForAssertion(() => Assert.Contains("image-4.png", Dialogs.Markup));
        await Dialogs.InvokeAsync(() => Dialogs.FindAll("button").Single(b => b.TextContent.Contains("Compare here")).Click());
        page.WaitForAssertion(() => Assert.Contains("compare=ds_1-4", Address.Uri));
        Assert.Contains("image=ds_1-0", Address.Uri);
    }

    [Fact]
    public async Task An_image_to_compare_is_chosen_from_any_dataset()
    {
        TwoIndexes();
        Server.Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset("ds_1", "cat", "dog"), PatchSamples.Dataset("ds_2")));
        var page = Shown(Open());
        await page.InvokeAsync(() => page.FindAll("button").Single(b => b.TextContent.Contains("Compare with another image")).Click());
        Dialogs.WaitForAssertion(() => Assert.Equal(2, Dialogs.FindAll(".strip .thumb").Count(t => t.TagName == "BUTTON")));
        await Dialogs.InvokeAsync(() => Dialogs.FindAll(".strip button.thumb")[1].Click());
        page.WaitForAssertion(() => Assert.Contains("compare=ds_1-1", Address.Uri));
    }

    [Fact]
    public void An_image_to_compare_that_is_gone_says_so_and_the_rest_works()
    {
        TwoIndexes();
        var page = Shown(Open("?compare=ds_9-1&map=off"));
        Server.Refuse("POST", "/api/v1/indexes/idx_h/similarity", 404, "Not found", "There is no image 'ds_9-1'.");
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[aria-label='Compared image'] [role=alert]")));
    }
}
