using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Evaluations;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Evaluations;

public sealed class EvaluateDialogTests : DashboardContext
{
    private void Open()
    {
        Server.Get("/api/v1/evaluations", FakeServer.Page<Evaluation>()).Get("/api/v1/models", FakeServer.Page(PatchSamples.Model()))
            .Get("/api/v1/datasets", FakeServer.Page(PatchSamples.Dataset(), PatchSamples.Dataset("ds_2", "cat", "dog")))
            .Post("/api/v1/evaluations", PatchSamples.Sweep("ev_new", ResourceState.Queued));
        RenderProviders();
        Render<EvaluationsPage>().WaitForElement(".empty-state button").Click();
    }

    private AngleSharp.Dom.IElement Start => Dialogs.FindAll("button").Last();

    private IReadOnlyList<CreateEvaluation> Sent =>
        [.. Server.Sent("POST", "/api/v1/evaluations").Select(r => JsonSerializer.Deserialize<CreateEvaluation>(r.Body, ClientJson.Options)!)];

    [Fact]
    public void One_click_starts_the_whole_sweep_and_opens_it()
    {
        Open();
        Dialogs.WaitForAssertion(() => Assert.Contains("Start the sweep", Start.TextContent));
        Start.Click();
        Dialogs.WaitForAssertion(() => Assert.Single(Sent));
        var sent = Sent[0];
        Assert.Equal(("ck_1", "ds_2", EvaluationKind.Sweep, true), (sent.Model, sent.DatasetId, sent.Kind, sent.Baselines));
        Assert.Equal([VectorKind.Embedding, VectorKind.Hidden, VectorKind.Projection], sent.Sweep!.Vectors);
        Assert.Equal(["grid:1", "grid:4", "grid:16", "grid:49", "grid:256"], sent.Sweep.Patches);
        Dialogs.WaitForAssertion(() => Assert.EndsWith("evaluations?id=ev_new", Services.GetRequiredService<NavigationManager>().Uri));
    }

    [Fact]
    public void Knn_is_one_request_for_each_space_and_number_of_patches()
    {
        Open();
        Dialogs.WaitForElement(".mud-toggle-item");
        Dialogs.FindAll(".mud-toggle-item").Single(t => t.TextContent.Contains("kNN")).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("Start 1", Start.TextContent));
        Dialogs.FindAll("[aria-label=Patches] input")[0].Change(true);
        Dialogs.FindAll("[aria-label=Spaces] input")[2].Change(true);
        Dialogs.WaitForAssertion(() => Assert.Contains("Start 4", Start.TextContent));
        Start.Click();
        Dialogs.WaitForAssertion(() => Assert.Equal(4, Sent.Count));
        Assert.Equal(
            [(VectorKind.Embedding, "grid:1"), (VectorKind.Embedding, "grid:16"), (VectorKind.Projection, "grid:1"), (VectorKind.Projection, "grid:16")],
            Sent.Select(r => (r.Vectors, r.Patches)));
    }

    [Fact]
    public void Everything_the_server_refuses_is_said_and_the_dialog_stays()
    {
        Open();
        Server.Refuse("POST", "/api/v1/evaluations", 422, "Unusable", "all of it", new Dictionary<string, string[]>
        {
            ["neighbours[0].k"] = ["k is 90, more than the 80 images that vote."],
            ["split.classes"] = ["At least two classes are needed."],
        });
        Dialogs.WaitForAssertion(() => Assert.Contains("Start the sweep", Start.TextContent));
        Start.Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("more than the 80 images that vote. At least two classes", Dialogs.Find(".mud-alert").TextContent));
    }

    [Fact]
    public void Options_become_the_request()
    {
        var form = new EvaluationForm
        {
            Model = "ck_1",
            Dataset = "ds_1",
            Train = "train",
            Test = "val",
            Classes = ["dog", "cat"],
            MaxTrainImages = 500,
            Neighbours = "200 0.1, 5 .5",
            Seed = 9,
            Protocol = PatchProtocol.RandomAugmented,
            Baselines = false,
        };
        form.Counts.Clear();
        form.Counts.UnionWith([20, 5]);
        var made = Assert.Single(form.Requests(PatchSamples.Model(projection: null)));
        Assert.Equal((PatchProtocol.RandomAugmented, 9L, false), (made.Protocol, made.Seed, made.Baselines));
        Assert.Equal([VectorKind.Embedding], made.Sweep!.Vectors);
        Assert.Equal(["random:5", "random:20"], made.Sweep.Patches);
        Assert.Equal([new KnnSetting(200, .1), new KnnSetting(5, .5)], made.Neighbours);
        Assert.Equal(("train", "val", 500), (made.Split!.Train, made.Split.Test, made.Split.MaxTrainImages));
        Assert.Equal(["cat", "dog"], made.Split.Classes);
    }

    [Fact]
    public void A_linear_probe_has_no_neighbours_and_no_split_unless_asked()
    {
        var form = new EvaluationForm { Model = "ck_1", Dataset = "ds_1", Neighbours = "20 .07" };
        form.Choose(EvaluationKind.Linear);
        form.Counts.Add(0);
        var made = form.Requests(PatchSamples.Model());
        Assert.Equal(["grid:16", "whole"], made.Select(r => r.Patches));
        Assert.All(made, r => Assert.Null(r.Neighbours));
        Assert.All(made, r => Assert.Null(r.Split));
    }

    [Theory]
    [InlineData("200")]
    [InlineData("200 a")]
    [InlineData("200 .1 3")]
    public void Settings_that_cannot_be_read_are_told(string text)
    {
        var form = new EvaluationForm { Model = "ck_1", Dataset = "ds_1", Neighbours = text };
        Assert.Contains(text, Assert.Throws<FormatException>(() => form.Requests(PatchSamples.Model())).Message);
    }
}
