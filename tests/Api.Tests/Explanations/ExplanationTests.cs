using System.Net;
using System.Net.Http.Json;
using PatchSsl.Api.Tests.Answers;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Explanations;

/// <summary>Reports from the request to the export: made once, kept, protected, refused by field.</summary>
[Collection(AnswersCollection.Name)]
public sealed class ExplanationTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CreateExplanation Asked(long seed, int patches = 32) => new(
        answers.Model, answers.Dataset.Id, ExplanationKind.Spectrum, seed, new ExplanationOptions { Spectrum = new SpectrumOptions(patches) });

    private async Task<Explanation> FinishedAsync(CreateExplanation body)
    {
        var made = await answers.Server.Api.CreateExplanationAsync(body, Cancel);
        var done = await answers.Server.WaitAsync(() => answers.Server.Api.GetExplanationAsync(made.Id, Cancel), e => e.State is ResourceState.Ready or ResourceState.Failed);
        Assert.True(done.State == ResourceState.Ready, done.Error);
        return done;
    }

    [Fact]
    public async Task A_report_is_made_once_and_found_again()
    {
        var done = await FinishedAsync(Asked(seed: 11));
        var spectrum = done.Report!.Spectrum!;
        Assert.Equal(32, spectrum.Trained[0].Samples);
        Assert.Equal(64, done.Hash.Length);
        Assert.Contains("seed 11", spectrum.Protocol);
        Assert.NotEmpty(done.Reading.Falsifier);

        using var again = await answers.Server.Http.PostAsJsonAsync(ApiRoutes.Explanations, Asked(seed: 11), ClientJson.Options, Cancel);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(done.Id, (await again.Content.ReadFromJsonAsync<Explanation>(ClientJson.Options, Cancel))!.Id);
        var other = await answers.Server.Api.CreateExplanationAsync(Asked(seed: 12), Cancel);
        Assert.NotEqual((done.Id, done.Hash), (other.Id, other.Hash));

        var listed = await answers.Server.Api.ListExplanationsAsync(new ListQuery(Filter: $"kind:spectrum model:{answers.Model}"), Cancel);
        Assert.Contains(listed.Items, x => x.Id == done.Id);
        Assert.All(listed.Items, x => Assert.Null(x.Report));
    }

    [Fact]
    public async Task Every_eigenvalue_is_in_the_csv()
    {
        var done = await FinishedAsync(Asked(seed: 21));
        var lines = (await answers.Server.Http.GetStringAsync(ApiRoutes.ExplanationCsv(done.Id), Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var spectrum = done.Report!.Spectrum!;
        Assert.Equal("of,vectors,dimensions,samples,rankMe,rank,eigenvalue", lines[0]);
        Assert.Equal(1 + spectrum.Trained.Concat(spectrum.Untrained).Sum(s => s.Ranks.Count), lines.Length);
        Assert.StartsWith("trained,embedding,", lines[1]);
        Assert.StartsWith("untrained,projection,", lines[^1]);
    }

    [Fact]
    public async Task What_a_report_depends_on_cannot_be_deleted_before_it()
    {
        var done = await FinishedAsync(Asked(seed: 31));
        foreach (var route in new[] { ApiRoutes.Dataset(done.DatasetId), ApiRoutes.Run(done.RunId!) })
        {
            var problem = await answers.Server.RefusedAsync(HttpMethod.Delete, route, null);
            Assert.Equal((409, "urn:patchssl:in_use"), (problem.Status, problem.Type));
            Assert.Contains("explanation", problem.Detail);
        }
        await answers.Server.Api.DeleteExplanationAsync(done.Id, Cancel);
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Get, ApiRoutes.Explanation(done.Id), null)).Status);
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Get, ApiRoutes.ExplanationCsv(done.Id), null)).Status);
    }

    [Theory]
    [InlineData(""" "options":{"spectrum":{"patches":15}} """, "options.spectrum.patches")]
    [InlineData(""" "options":{"spectrum":{"patches":8193}} """, "options.spectrum.patches")]
    public async Task What_is_wrong_is_named(string options, string field)
    {
        var problem = await answers.Server.RefusedAsync(
            HttpMethod.Post, ApiRoutes.Explanations, $$"""{"kind":"spectrum","model":"{{answers.Model}}","datasetId":"{{answers.Dataset.Id}}",{{options}}}""");
        Assert.Equal(422, problem.Status);
        Assert.Equal([field], problem.Errors!.Keys);
    }

    [Fact]
    public async Task An_unknown_kind_model_or_dataset_is_refused()
    {
        Task<Problem> Refused(string kind, string model, string dataset) => answers.Server.RefusedAsync(
            HttpMethod.Post, ApiRoutes.Explanations, $$"""{"kind":"{{kind}}","model":"{{model}}","datasetId":"{{dataset}}"}""");
        Assert.Equal(400, (await Refused("horoscope", answers.Model, answers.Dataset.Id)).Status);
        Assert.Equal(404, (await Refused("spectrum", "ck_none", answers.Dataset.Id)).Status);
        Assert.Equal(404, (await Refused("spectrum", answers.Model, "ds_none")).Status);
    }
}
