using PatchSsl.Api.Database;
using PatchSsl.Api.Tests.Answers;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Comparisons;

/// <summary>What cannot be compared is refused at the door, every fault at once.</summary>
[Collection(AnswersCollection.Name)]
public sealed class ComparisonRefusalTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Problem> RefusedAsync(string body) =>
        await answers.Server.RefusedAsync(HttpMethod.Post, "/api/v1/comparisons", body.Replace("{dataset}", answers.Dataset.Id));

    [Fact]
    public async Task Every_fault_is_named_at_once()
    {
        var problem = await RefusedAsync("""
            {"name":" ","datasetId":"{dataset}","recipes":["bag-vicreg","vicreg-multi-scale","nothing","bag-vicreg"],"overrides":{"widht":1,"epochs":3,"width":99},
             "recipeOverrides":{"bag-vicreg":{"views":1},"emp-ssl":{}},"budget":{"minutes":0.01,"steps":5},
             "evaluation":{"patches":[1,3],"vectors":[],"split":{"classes":["no such class"],"maxTestImages":-1}}}
            """);
        Assert.Equal(422, problem.Status);
        Assert.Equal(
            ["budget", "budget.minutes", "evaluation.patches", "evaluation.split.classes", "evaluation.split.maxTestImages", "evaluation.vectors", "name", "overrides.epochs",
             "overrides.widht", "overrides.width", "recipeOverrides.bag-vicreg.views", "recipeOverrides.emp-ssl", "recipes"],
            problem.Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.Single(problem.Errors["overrides.width"]);
        Assert.Equal(2, problem.Errors["recipes"].Length);
    }

    [Fact]
    public async Task Runs_are_compared_as_they_are()
    {
        var problem = await RefusedAsync("""
            {"name":"a","datasetId":"{dataset}","runs":["run_tiny","run_none","run_tiny"],"recipes":["quick"],"overrides":{"width":1},"budget":{"steps":5}}
            """);
        Assert.Equal((422, 2), (problem.Status, problem.Errors!.Keys.Count(k => k.StartsWith("runs", StringComparison.Ordinal))));
        Assert.Equal(["budget", "overrides", "recipes", "runs", "runs[1]"], problem.Errors.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"patches":7}""", "budget.patches")]
    [InlineData("""{"steps":0}""", "budget.steps")]
    [InlineData("""{"minutes":20000}""", "budget.minutes")]
    [InlineData("{}", "budget")]
    public async Task A_budget_out_of_range_is_refused(string budget, string field)
    {
        var problem = await RefusedAsync($$"""{"name":"a","datasetId":"{dataset}","recipes":["quick"],"budget":{{budget}}}""");
        Assert.Equal((422, field), (problem.Status, Assert.Single(problem.Errors!).Key));
    }

    [Fact]
    public async Task The_dataset_must_be_there_ready_and_labelled()
    {
        await answers.Server.WithDatabaseAsync(db =>
        {
            db.Datasets.Add(new DatasetRow { Id = "ds_bare", Name = "No labels", State = ResourceState.Ready, Source = new DatasetSource(SourceKind.Upload), ImageCount = 10 });
            db.Datasets.Add(new DatasetRow { Id = "ds_coming", Name = "Not yet", State = ResourceState.Building, Source = new DatasetSource(SourceKind.Upload) });
            return db.SaveChangesAsync(Cancel);
        });
        Assert.Equal(404, (await RefusedAsync("""{"name":"a","datasetId":"ds_none","recipes":["quick"]}""")).Status);
        Assert.Equal(409, (await RefusedAsync("""{"name":"a","datasetId":"ds_coming","recipes":["quick"]}""")).Status);
        var unlabelled = await RefusedAsync("""{"name":"a","datasetId":"ds_bare","recipes":["quick"]}""");
        Assert.Equal((422, "datasetId"), (unlabelled.Status, Assert.Single(unlabelled.Errors!).Key));
        Assert.Equal(["datasetId", "recipes"], (await RefusedAsync("""{"name":"a","datasetId":"ds_none","recipes":["none"]}""")).Errors!.Keys.Order());
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Get, "/api/v1/comparisons/cmp_none")).Status);
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Post, "/api/v1/comparisons/cmp_none/cancel")).Status);
    }
}
