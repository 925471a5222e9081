using System.Text.Json;
using Bunit;
using MudBlazor;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Models;
using PatchSsl.Web.State;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Models;

public sealed class ImportModelTests : DashboardContext
{
    private readonly BunitJSModuleInterop _script;

    public ImportModelTests()
    {
        _script = JSInterop.SetupModule("./js/upload.js");
        _script.Mode = JSRuntimeMode.Loose;
        _script.Setup<ChosenFile?>("chosen", _ => true).SetResult(new ChosenFile("resnet18.safetensors", 46_800_000));
        Server.Get("/api/v1/models", FakeServer.Page<Model>());
    }

    [Fact]
    public void Sends_the_file_with_its_fields_and_says_what_was_left_out()
    {
        Answer(201, PatchSamples.Imported());
        Open();
        Assert.Contains("resnet18.safetensors, 46.8\u00a0MB", Dialogs.Markup);
        Dialogs.FindComponent<MudNumericField<int?>>().Find("input").Change("64");
        Import().Click();
        Messages.WaitForAssertion(() => Assert.Contains("theirs is imported, without fc.bias, fc.weight of its file.", Messages.Markup));
        var sent = _script.Invocations["send"].Single();
        Assert.Equal("api/v1/models", sent.Arguments[1]);
        Assert.Equal(
            new Dictionary<string, string> { ["name"] = "resnet18", ["inputSize"] = "64" }, Assert.IsType<Dictionary<string, string>>(sent.Arguments[2]));
        Assert.Equal(2, Server.Sent("GET", "/api/v1/models").Count());
    }

    [Fact]
    public void Shows_every_fault_as_the_server_words_it_and_stays_open()
    {
        string[] faults = ["The tensor 'bn1.bias' is missing: a ResNet-18 has one of shape (64).", "The tensor 'head.weight' (3) belongs to no ResNet-18."];
        Answer(422, new Problem(null, "Unusable", 422, string.Join(" ", faults), "t", new Dictionary<string, string[]> { ["file"] = faults, ["inputSize"] = ["inputSize must be from 8 to 512, not 7."] }));
        Open();
        Import().Click();
        Dialogs.WaitForAssertion(() => Assert.Equal(faults, Dialogs.FindAll("[role=alert] li").Select(l => l.TextContent)));
        Assert.Contains("inputSize must be from 8 to 512, not 7.", Dialogs.Markup);
        Assert.False(Import().HasAttribute("disabled"));
    }

    [Theory]
    [InlineData(Normalisation.Usual, null, null)]
    [InlineData(Normalisation.ImageNet, "0.485,0.456,0.406", "0.229,0.224,0.225")]
    [InlineData(Normalisation.Half, "0.5", "0.5")]
    [InlineData(Normalisation.Own, ".1, .2, .3", "1")]
    public void A_normalisation_becomes_the_fields_of_the_form(Normalisation choice, string? mean, string? deviation)
    {
        var fields = new ImportForm { Name = " Mine ", PatchScale = .5, Normalisation = choice, Mean = ".1, .2, .3 ", Deviation = "1" }.Fields();
        Assert.Equal(("Mine", "0.5", mean, deviation), (fields["name"], fields["patchScale"], fields.GetValueOrDefault("mean"), fields.GetValueOrDefault("deviation")));
    }

    private void Answer<T>(int status, T body) =>
        _script.Setup<UploadAnswer>("send", _ => true).SetResult(new UploadAnswer(status, JsonSerializer.Serialize(body, ClientJson.Options)));

    private void Open()
    {
        RenderProviders();
        Render<ModelsPage>().WaitForElement(".page-header button, header button").Click();
        Dialogs.WaitForElement("input[type=file]").Change("");
        Dialogs.WaitForAssertion(() => Assert.False(Import().HasAttribute("disabled")));
    }

    private AngleSharp.Dom.IElement Import() => Dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Import");
}
