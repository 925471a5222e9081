using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Datasets;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Pages;

public sealed class DatasetTests : DashboardContext
{
    public DatasetTests()
    {
        RenderProviders();
        Server.Get("/api/v1/datasets/ds_1", Samples.Dataset(skipped: 1))
            .Get("/api/v1/datasets/ds_1/images", new Page<ImageItem>([new ImageItem("ds_1-0", "ds_1", "train/brick/0.png", "brick", "train", 64, 64)], "next", 2000))
            .Get("/api/v1/datasets/ds_1/skipped", FakeServer.Page(new SkippedFile("train/brick/bad.png", "The PNG ends before its image does.")));
    }

    [Fact]
    public void An_empty_list_says_how_to_begin()
    {
        Server.Get("/api/v1/datasets", FakeServer.Page<Dataset>());
        var page = Render<DatasetList>();
        page.WaitForAssertion(() => Assert.Contains("No images yet", page.Markup));
    }

    [Fact]
    public void Shows_imports_as_they_move_and_why_one_failed()
    {
        Server.Get("/api/v1/datasets", FakeServer.Page(
            Samples.Dataset("ds_1", ResourceState.Building, progress: new Progress(300, 2000, "images", 100, 17)),
            Samples.Dataset("ds_2", ResourceState.Failed, error: "The archive is not a zip.")));
        var page = Render<DatasetList>();
        page.WaitForAssertion(() => Assert.Contains("300 of 2,000 images", page.Markup));
        Assert.Contains("17\u00a0s left", page.Markup);
        Assert.Contains("The archive is not a zip.", page.Markup);
    }

    [Fact]
    public void Says_why_the_list_cannot_be_shown()
    {
        Server.Unreachable("GET", "/api/v1/datasets");
        var page = Render<DatasetList>();
        page.WaitForAssertion(() => Assert.Contains("Server not reachable", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public async Task Generates_a_dataset_and_shows_refusals_next_to_their_fields()
    {
        Server.Get("/api/v1/datasets", FakeServer.Page<Dataset>());
        Server.Refuse("POST", "/api/v1/datasets", 422, "Invalid", "1 value cannot be used.", new Dictionary<string, string[]> { ["source.images"] = ["images is 3; allowed is 10 to 1,000,000."] });
        Services.GetRequiredService<NavigationManager>().NavigateTo("datasets?new=generated");
        var page = Render<DatasetList>();
        Dialogs.WaitForAssertion(() => Assert.Contains("Side in pixels", Dialogs.Markup));
        Name().Input("mine");
        Import().Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("images is 3; allowed is 10 to 1,000,000.", Dialogs.Markup));

        Server.Post("/api/v1/datasets", Samples.Dataset("ds_9", ResourceState.Queued));
        Server.Get("/api/v1/datasets", FakeServer.Page(Samples.Dataset("ds_9", ResourceState.Queued)));
        await Dialogs.InvokeAsync(() => Import().Click());
        page.WaitForAssertion(() => Assert.Contains("datasets/ds_9", page.Markup));
        Assert.Contains("\"kind\":\"generated\"", Server.Sent("POST", "/api/v1/datasets").Last().Body);
    }

    [Fact]
    public void Shows_facts_classes_splits_and_thumbnails()
    {
        var page = Open();
        Assert.Contains("train 1,600, test 400", page.Markup);
        Assert.Equal(["brick", "grass"], page.FindAll(".class-name").Select(e => e.TextContent));
        page.WaitForAssertion(() => Assert.Equal("api/v1/images/ds_1-0/thumbnail?size=128", page.Find(".image-tile img").GetAttribute("src")));
    }

    [Fact]
    public void Lists_what_was_skipped_and_why()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("datasets/ds_1?tab=skipped");
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("The PNG ends before its image does.", page.Markup));
    }

    [Fact]
    public void A_dataset_in_use_is_not_deleted_and_says_by_what()
    {
        Server.Refuse("DELETE", "/api/v1/datasets/ds_1", 409, "In use", "2 runs use this dataset: delete them first.");
        var page = Open();
        page.Find("[aria-label=More]").Click();
        Popovers.WaitForAssertion(() => Assert.Contains("Delete", Popovers.Markup));
        Popovers.FindAll(".mud-menu-item").First(i => i.TextContent.Contains("Delete")).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("Delete Scenes?", Dialogs.Markup));
        Dialogs.FindAll("button").First(b => b.TextContent.Trim() == "Delete").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("2 runs use this dataset", Dialogs.Markup));
    }

    private IRenderedComponent<DatasetPage> Open()
    {
        var page = Render<DatasetPage>(p => p.Add(d => d.Id, "ds_1"));
        page.WaitForAssertion(() => Assert.Contains("Scenes", page.Find("h1").TextContent));
        return page;
    }

    private AngleSharp.Dom.IElement Name() => Dialogs.FindAll("input").First(i => i.GetAttribute("maxlength") == "200");

    private AngleSharp.Dom.IElement Import() => Dialogs.FindAll("button").First(b => b.TextContent.Trim() == "Import");
}
