using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Embed;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Embed;

public sealed class EmbedPageTests : DashboardContext
{
    private IRenderedComponent<EmbedPage> Open()
    {
        RenderProviders();
        return Render<EmbedPage>();
    }

    private IRenderedComponent<EmbedPage> WithImages(params string[] names)
    {
        Server.Get("/api/v1/models", FakeServer.Page(PatchSamples.Model()));
        var page = Open();
        page.WaitForElement("input[type=file]");
        page.FindComponent<InputFile>().UploadFiles([.. names.Select(n => InputFileContent.CreateFromText("pixels", n, contentType: "image/png"))]);
        return page;
    }

    private static void Press(IRenderedComponent<EmbedPage> page) => page.FindAll("button").Single(b => b.TextContent.Contains("Embed ")).Click();

    [Fact]
    public void Says_that_it_is_loading()
    {
        Server.LaterAsync<Page<Model>>("GET", "/api/v1/models");
        Assert.NotNull(Open().Find("[role=status][aria-busy=true]"));
    }

    [Fact]
    public void Says_what_to_do_without_a_model()
    {
        Server.Get("/api/v1/models", FakeServer.Page<Model>());
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("No model to embed with yet", page.Markup));
    }

    [Fact]
    public void Shows_why_it_cannot_load()
    {
        Server.Refuse("GET", "/api/v1/models", 503, "Starting", "Not yet.");
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("Not yet.", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public void Embeds_images_and_names_the_ones_that_failed()
    {
        var page = WithImages("a.png", "b.png");
        Server.Post("/api/v1/embeddings", new EmbeddingResult("ck_1", new string('a', 64), 3,
            [new EmbeddedImage(0, "a.png", new Vector([0.5f, -0.25f, 0], AsBase64: true), null)], [new EmbeddingError(1, "b.png", "corrupt", "b.png ends in the middle.")]));
        Press(page);
        page.WaitForAssertion(() => Assert.Contains("3 values from -0.250 to 0.500", page.Markup));
        Assert.Contains("b.png ends in the middle.", page.Find("[aria-label=Results]").TextContent);
        var sent = Server.Sent("POST", "/api/v1/embeddings").Single();
        Assert.Equal("?model=ck_1&vectors=embedding&patches=grid:16&output=bag&normalize=true&encoding=base64", sent.Query);
        Assert.Contains("filename=b.png", sent.Body);
    }

    [Fact]
    public void Shows_a_refusal_and_keeps_the_images()
    {
        var page = WithImages("a.png");
        Server.Refuse("POST", "/api/v1/embeddings", 422, "No image could be used", "None of the 1 images could be embedded.");
        Press(page);
        page.WaitForAssertion(() => Assert.Contains("None of the 1 images could be embedded.", page.Markup));
        Assert.Contains("Embed 1", page.Markup);
    }

    [Fact]
    public async Task Vectors_that_a_model_lacks_are_listed_and_cannot_be_chosen()
    {
        Server.Get("/api/v1/models", FakeServer.Page(PatchSamples.Imported()));
        var page = Open();
        page.WaitForElement("input[type=file]");
        await page.InvokeAsync(page.FindComponent<MudSelect<VectorKind>>().Instance.OpenMenu);
        Popovers.WaitForAssertion(() => Assert.Equal(
            ["hidden: the model has no projector", "projection (z): the model has no projector"],
            Popovers.FindAll(".mud-list-item-disabled").Select(i => i.TextContent.Trim())));
        Assert.Contains("vectors=embedding", page.Find("pre").TextContent);
    }

    [Fact]
    public void Snippets_name_the_chosen_images()
    {
        var page = WithImages("my cat.png");
        page.WaitForAssertion(() => Assert.All(page.FindAll("pre"), p => Assert.Contains("my cat.png", p.TextContent)));
        Assert.Contains("http://localhost/api/v1/embeddings?model=ck_1", page.Find("pre").TextContent);
    }
}
