using PatchSsl.Api.Tests.Answers;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Explanations;

/// <summary>Convergence and locality, from the request to the CSV, and what they refuse.</summary>
[Collection(AnswersCollection.Name)]
public sealed class SampledKindTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Convergence_has_a_curve_a_space()
    {
        var done = await FinishedAsync(ExplanationKind.Convergence, new() { Convergence = new(Images: 12, Patches: [9, 1, 4, 4]) });
        Assert.Equal([1, 4, 9], done.Options.Convergence!.Patches);
        var report = done.Report!.Convergence!;
        Assert.Equal((12, done.Options.Convergence.Split), (report.Images, report.Split));
        Assert.Equal([VectorKind.Embedding, VectorKind.Projection], report.Curves.Select(c => c.Vectors));
        foreach (var curve in report.Curves)
        {
            Assert.Equal([1, 4, 9], curve.Points.Select(p => p.Patches));
            Assert.All(curve.Points, p => Assert.True(-1 <= p.Cosine.P5 && p.Cosine.P5 <= p.Cosine.Q1 && p.Cosine.Q1 <= p.Cosine.Median && p.Cosine.Median <= p.Cosine.Q3 && p.Cosine.Q3 <= p.Cosine.P95 && p.Cosine.P95 <= 1.000001));
            Assert.Equal(1, curve.Points[^1].Largest.Mean, 1e-6);
            Assert.Equal(curve.Points[^1].Cosine.Mean - curve.Points[0].Cosine.Mean, curve.Rise.Difference.Mean, 1e-9);
            Assert.Equal(ExpectationOutcome.NoneStated, curve.Rise.Outcome); // the verdict is the trend's
            Assert.Contains(curve.Trend!.Peak, curve.Points.Select(p => p.Patches));
            Assert.Equal(curve.Points[^1].Centred.Mean - curve.Points[^1].CentredOther.Mean, curve.Own.Difference.Mean, 1e-9);
        }
        var lines = await CsvAsync(done.Id);
        Assert.Equal("vectors,patches,against,mean,low,high,deviation,p5,q1,median,q3,p95", lines[0]);
        Assert.Equal(1 + (2 * 3 * 5), lines.Length);
        Assert.StartsWith("embedding,1,whole,0.", lines[1]);
    }

    [Fact]
    public async Task Locality_has_every_measure_beside_chance_and_examples_that_can_be_shown()
    {
        var done = await FinishedAsync(ExplanationKind.Locality, new()
        {
            Locality = new(Images: 40, Queries: 20, Neighbours: 3, Patches: "grid:4", Vectors: [VectorKind.Embedding, VectorKind.Hidden, VectorKind.Projection], Examples: 2),
        });
        var report = done.Report!.Locality!;
        Assert.Equal((report.Images * 4, 20, 3), (report.Patches, report.Queries, report.Neighbours));
        // Same part is known of generated images alone, and told with neighbours instead.
        Assert.Equal(Enum.GetValues<PatchLikeness>().Where(l => l != PatchLikeness.SamePart), report.Measures.Select(m => m.Likeness));
        foreach (var measure in report.Measures.Where(m => m.Missing is null))
        {
            Assert.NotNull(measure.Chance);
            Assert.Equal([VectorKind.Embedding, VectorKind.Hidden, VectorKind.Projection], measure.Means.Select(m => m.Vectors));
            Assert.Equal([VectorKind.Hidden, VectorKind.Projection], measure.Differences.Select(d => d.Vectors));
            Assert.Equal(measure.Means[2].Mean!.Mean - measure.Means[0].Mean!.Mean, measure.Differences[1].Expected.Difference.Mean, 1e-9);
            Assert.All(measure.Differences, d => Assert.Equal(measure.Likeness == PatchLikeness.OwnImage, d.Expected.Outcome == ExpectationOutcome.NoneStated));
            Assert.All(measure.Differences.Where(d => d.Expected.Sign != 0), d => Assert.Equal(
                d.Expected.Difference.Low > 0 == (d.Expected.Sign > 0) && d.Expected.Outcome != ExpectationOutcome.Undecided,
                d.Expected.Outcome == ExpectationOutcome.AsExpected));
        }
        Assert.Equal(2, report.Examples.Count);
        Assert.All(report.Examples.SelectMany(e => e.Lists), l => Assert.Equal([1, 2, 3], l.Neighbours.Select(n => n.Rank)));
        var neighbour = report.Examples[0].Lists[0].Neighbours[0].Patch;
        using var picture = await answers.Server.Http.GetAsync(ApiRoutes.Patch(neighbour.ImageId, neighbour.Box, 32), Cancel);
        Assert.True(picture.IsSuccessStatusCode, $"{picture.StatusCode}");
        Assert.NotEqual(report.Examples[0].Query.ImageId, neighbour.ImageId);

        var lines = await CsvAsync(done.Id);
        Assert.Equal("likeness,vectors,figure,mean,low,high,queries,expectedSign,outcome,missing", lines[0]);
        Assert.Equal(report.Measures.Sum(m => m.Missing is null ? 1 + m.Means.Count + m.Differences.Count : 1), lines.Length - 1);
        Assert.Contains(lines, l => l.StartsWith("ownImage,projection,lessEmbedding,", StringComparison.Ordinal) && l.EndsWith(",0,noneStated,", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("convergence", """ "images":2 """, "images")]
    [InlineData("convergence", """ "images":5001 """, "images")]
    [InlineData("convergence", """ "patches":[4] """, "patches")]
    [InlineData("convergence", """ "patches":[4,4] """, "patches")]
    [InlineData("convergence", """ "patches":[1,5] """, "patches[1]")]
    [InlineData("convergence", """ "patches":[1,289] """, "patches[1]")]
    [InlineData("convergence", """ "vectors":[] """, "vectors")]
    [InlineData("convergence", """ "vectors":["hidden","hidden"] """, "vectors")]
    [InlineData("convergence", """ "split":"nowhere" """, "split")]
    [InlineData("locality", """ "images":1 """, "images")]
    [InlineData("locality", """ "queries":9 """, "queries")]
    [InlineData("locality", """ "neighbours":0 """, "neighbours")]
    [InlineData("locality", """ "images":2,"patches":"grid:4","neighbours":5 """, "neighbours")]
    [InlineData("locality", """ "patches":"grid:1" """, "patches")]
    [InlineData("locality", """ "patches":"whole" """, "patches")]
    [InlineData("locality", """ "examples":21 """, "examples")]
    [InlineData("locality", """ "split":"nowhere" """, "split")]
    public async Task What_is_wrong_is_named(string kind, string options, string field)
    {
        var problem = await RefusedAsync(kind, options);
        Assert.Equal((422, $"options.{kind}.{field}"), (problem.Status, Assert.Single(problem.Errors!.Keys)));
    }

    [Fact]
    public async Task Everything_is_told_at_once()
    {
        var problem = await RefusedAsync("locality", """ "images":0,"queries":0,"patches":"grid:3","examples":-1,"vectors":[],"split":"x" """);
        Assert.Equal(
            ["options.locality.examples", "options.locality.images", "options.locality.patches", "options.locality.queries", "options.locality.split", "options.locality.vectors"],
            problem.Errors!.Keys.Order(StringComparer.Ordinal));
    }

    private Task<Problem> RefusedAsync(string kind, string options) => answers.Server.RefusedAsync(
        HttpMethod.Post, ApiRoutes.Explanations,
        $$"""{"kind":"{{kind}}","model":"ck_tiny","datasetId":"{{answers.Dataset.Id}}","options":{"{{kind}}": { {{options}} } } }""");

    private async Task<Explanation> FinishedAsync(ExplanationKind kind, ExplanationOptions options)
    {
        var made = await answers.Server.Api.CreateExplanationAsync(new CreateExplanation(answers.Model, answers.Dataset.Id, kind, Seed: 3, options), Cancel);
        var done = await answers.Server.WaitAsync(() => answers.Server.Api.GetExplanationAsync(made.Id, Cancel), e => e.State is ResourceState.Ready or ResourceState.Failed);
        Assert.True(done.State == ResourceState.Ready, done.Error);
        return done;
    }

    private async Task<string[]> CsvAsync(string id) =>
        (await answers.Server.Http.GetStringAsync(ApiRoutes.ExplanationCsv(id), Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
}
