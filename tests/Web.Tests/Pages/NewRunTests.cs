using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Runs;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Pages;

public sealed class NewRunTests : DashboardContext
{
    public NewRunTests()
    {
        RenderProviders();
        Server.Get("/api/v1/datasets", FakeServer.Page(Samples.Dataset())).Get("/api/v1/recipes", FakeServer.Page(Samples.Recipe("emp-ssl"), Samples.Recipe()));
    }

    [Fact]
    public void Shows_every_field_with_range_and_source()
    {
        var page = Open();
        Assert.Contains("What views does. (2 to 200, source [E])", page.Markup);
        Assert.Contains("Learning rate", page.Markup);
    }

    [Fact]
    public void Sends_only_what_differs_from_the_recipe()
    {
        Server.Post("/api/v1/runs", Samples.Detail(Samples.Run("run_9")));
        var page = Open();
        Field(page, "Learning rate").Change("0.1");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.EndsWith("runs/run_9", Services.GetRequiredService<NavigationManager>().Uri));
        var body = JsonDocument.Parse(Assert.Single(Server.Sent("POST", "/api/v1/runs")).Body).RootElement;
        Assert.Equal("quick", body.GetProperty("recipe").GetString());
        Assert.Equal("quick on Scenes", body.GetProperty("name").GetString());
        // The sample recipe already has views 8 beside a default of 20.
        Assert.Equal(["learningRate", "views"], body.GetProperty("overrides").EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal(.1, body.GetProperty("overrides").GetProperty("learningRate").GetDouble());
    }

    [Fact]
    public void Shows_every_error_next_to_its_field_at_once()
    {
        Server.Refuse("POST", "/api/v1/runs", 422, "Invalid recipe", "2 settings cannot be used.", new Dictionary<string, string[]>
        {
            ["views"] = ["views is 1; allowed is 2 to 200."],
            ["learningRate"] = ["learningRate is -1; allowed is 0 to 100."],
        });
        var page = Open();
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("2 settings cannot be used.", page.Find("[role=alert]").TextContent));
        Assert.Contains("views is 1; allowed is 2 to 200.", page.FindAll(".field").First(f => f.TextContent.Contains("What views does")).TextContent);
        Assert.Contains("learningRate is -1", page.FindAll(".field").First(f => f.TextContent.Contains("What learningRate does")).TextContent);
    }

    [Fact]
    public void Sends_a_value_it_cannot_read_for_the_server_to_refuse()
    {
        var form = new RunForm(Samples.Recipe());
        var views = form.Recipe.Fields.Single(f => f.Name == "views");
        form[views] = "ei\"ght";
        Assert.Equal("ei\"ght", form.Overrides()["views"].GetString());
    }

    [Fact]
    public void Without_a_dataset_it_says_how_to_add_one()
    {
        Server.Get("/api/v1/datasets", FakeServer.Page(Samples.Dataset(state: ResourceState.Building)));
        var page = Render<NewRun>();
        page.WaitForAssertion(() => Assert.Contains("There is no dataset to train on", page.Markup));
    }

    [Fact]
    public void Says_why_recipes_cannot_be_loaded()
    {
        Server.Unreachable("GET", "/api/v1/recipes");
        var page = Render<NewRun>();
        page.WaitForAssertion(() => Assert.Contains("Server not reachable", page.Find("[role=alert]").TextContent));
    }

    private IRenderedComponent<NewRun> Open()
    {
        var page = Render<NewRun>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".field")));
        return page;
    }

    private static AngleSharp.Dom.IElement Field(IRenderedComponent<NewRun> page, string label) =>
        page.FindAll(".field").First(f => f.QuerySelector("label")?.TextContent.Contains(label) == true).QuerySelector("input")!;
}
