using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Api.Database;
using PatchSsl.Api.Tests.Answers;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using Intervals = PatchSsl.Core.Evaluation.Intervals;

namespace PatchSsl.Api.Tests.Evaluations;

/// <summary>What finished evaluations say, as JSON and as CSV, and that it stays so.</summary>
[Collection(AnswersCollection.Name)]
public sealed class EvaluationResultTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Evaluation> FinishedAsync(CreateEvaluation body)
    {
        var made = await answers.Server.Api.CreateEvaluationAsync(body, Cancel);
        var done = await answers.Server.WaitAsync(() => answers.Server.Api.GetEvaluationAsync(made.Id, Cancel), e => e.State is ResourceState.Ready or ResourceState.Failed);
        Assert.True(done.State == ResourceState.Ready, done.Error);
        return done;
    }

    [Fact]
    public async Task A_sweep_measures_every_space_and_bag_beside_the_whole_image()
    {
        var done = await FinishedAsync(new CreateEvaluation(
            answers.Model, answers.Dataset.Id, EvaluationKind.Sweep, Seed: 4, Neighbours: [new(5, .1)],
            Sweep: new([VectorKind.Projection, VectorKind.Embedding], ["grid:4"]), Split: new(MaxTrainImages: 30), Baselines: false));
        Assert.Equal([VectorKind.Embedding, VectorKind.Projection], done.Sweep!.Vectors);
        Assert.Equal(["grid:4", "whole"], done.Sweep.Patches);
        Assert.Equal(2 * 2 * 2, done.Scores.Count);
        Assert.Equal([VectorKind.Embedding, VectorKind.Projection], done.Agreement!.Select(a => a.Vectors));
        Assert.Equal((VectorKind.Embedding, "grid:4"), (done.Vectors, done.Patches));
        Assert.Equal(done.Scores.Single(s => s is { Classifier: "linear", Vectors: VectorKind.Embedding, Patches: "grid:4" }).Accuracy, done.Accuracy);
        Assert.All(done.Scores.Where(s => s.Classifier == "knn"), s => Assert.Equal((5, .1), (s.K, s.Temperature)));
        Assert.All(done.Scores.Where(s => s.Classifier == "linear"), s => Assert.True(s is { Deviation: >= 0, LearningRate: > 0 }));
        Assert.Empty(done.Baselines);
        Assert.Equal((30, 4L), (done.TrainImages, done.Seed));
        Assert.Contains("30", done.Protocol);

        var lines = (await answers.Server.Http.GetStringAsync(ApiRoutes.EvaluationCsv(done.Id), Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        // The largest class and a guess, which need no measuring, are rows too.
        Assert.Equal(1 + done.Scores.Count + done.Baselines.Count + 2, lines.Length);
        Assert.All(done.Scores, s => Assert.True(s.Low <= s.Accuracy && s.Accuracy <= s.High));
        Assert.Equal(done.Scores.Count, done.Reading!.Tests.Count(t => t.Baseline == "largest class"));
        Assert.NotNull(done.Reading.TrainedOnTest); // the model's run was on this dataset
        Assert.Contains(done.Findings!, f => f.Kind == FindingKind.FewImages);
        Assert.All(lines.Skip(1), l => Assert.Contains(done.ModelSha256!, l));
    }

    [Fact]
    public async Task A_linear_probe_on_random_patches_is_labelled_as_such()
    {
        var done = await FinishedAsync(new CreateEvaluation(answers.Model, answers.Dataset.Id, EvaluationKind.Linear, VectorKind.Projection, "random:3"));
        Assert.Equal(PatchProtocol.RandomAugmented, done.PatchProtocol);
        var score = Assert.Single(done.Scores);
        Assert.Equal(("linear", VectorKind.Projection, "random:3", done.Accuracy), (score.Classifier, score.Vectors, score.Patches, (double?)score.Accuracy));
        Assert.Equal([("raw pixels", (VectorKind?)null), ("untrained encoder", VectorKind.Projection)], done.Baselines.Select(b => (b.Name, b.Vectors)));
        Assert.Contains("random", done.Protocol);
    }

    [Fact]
    public async Task No_endpoint_changes_a_finished_evaluation()
    {
        var id = await StoreAsync("ev_fixed");
        var before = await answers.Server.Http.GetStringAsync(ApiRoutes.Evaluation(id), Cancel);
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Patch, HttpMethod.Post })
            Assert.Equal(405, (await answers.Server.RefusedAsync(method, ApiRoutes.Evaluation(id), "{}")).Status);
        Assert.Equal(before, await answers.Server.Http.GetStringAsync(ApiRoutes.Evaluation(id), Cancel));

        var verbs = answers.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1/evaluations", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText!.TrimEnd('/')}"));
        Assert.Equal(
            ["DELETE /api/v1/evaluations/{id}", "POST /api/v1/evaluations"],
            verbs.Where(v => !v.StartsWith("GET", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Csv_has_a_row_a_score_with_the_cost_beside_it_and_no_formula()
    {
        var id = await StoreAsync("ev_csv");
        using var response = await answers.Server.Http.GetAsync(ApiRoutes.EvaluationCsv(id), Cancel);
        Assert.Equal(("text/csv", $"{id}.csv"), (response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentDisposition!.FileName));
        var lines = (await response.Content.ReadAsStringAsync(Cancel)).Split("\r\n");
        Assert.Equal(
            "evaluation,model,model_name,model_sha256,dataset,dataset_name,kind,of,vectors,patches,classifier,accuracy,low,high,sd,k,temperature,learning_rate," +
            "cosine_to_whole,seed,train_images,test_images,patches_processed,wall_seconds,peak_memory_bytes,device,created_at,trained_on_test,p_untrained," +
            "p_largest_class,p_raw_pixels,protocol", lines[0]);
        var ((low, high), (lower, upper)) = (Intervals.OfShare(.75, 12), Intervals.OfShare(.25, 12));
        var (hash, dataset) = (new string('b', 64), answers.Dataset);
        Assert.Equal(
            FormattableString.Invariant($"{id},ck_tiny,Tiny · step 10,{hash},{dataset.Id},{dataset.Name},sweep,model,embedding,grid:4,linear,0.75,{low},{high},0.01,,,0.3,0.9,7,48,12,1000,60.5,")
                + "123456,\"cpu, \"\"bf16\"\"\",1970-01-01T00:00:00.0000000Z,,,,,'=SUM(1)",
            lines[1]);
        Assert.Equal(
            FormattableString.Invariant($"{id},ck_tiny,Tiny · step 10,{hash},{dataset.Id},{dataset.Name},sweep,raw pixels,,whole,knn,0.25,{lower},{upper},,20,0.07,,,7,48,12,1000,60.5,")
                + "123456,\"cpu, \"\"bf16\"\"\",1970-01-01T00:00:00.0000000Z,,,,,'=SUM(1)",
            lines[2]);
        Assert.Equal("", Assert.Single(lines[3..]));

        var listed = await answers.Server.Http.GetStringAsync(ApiRoutes.EvaluationsCsv($"model:{answers.Model} kind:sweep state:ready"), Cancel);
        Assert.Contains(lines[1], listed);
        Assert.DoesNotContain(id, await answers.Server.Http.GetStringAsync(ApiRoutes.EvaluationsCsv("kind:linear"), Cancel));
        Assert.DoesNotContain(id, await answers.Server.Http.GetStringAsync(ApiRoutes.EvaluationsCsv("run:run_other"), Cancel));
        Assert.Equal(400, (await answers.Server.RefusedAsync(HttpMethod.Get, ApiRoutes.EvaluationsCsv("kind:magic"))).Status);
    }

    [Fact]
    public async Task What_is_not_finished_has_no_csv_and_is_not_deleted()
    {
        var id = await StoreAsync("ev_waiting", ResourceState.Building);
        Assert.Equal(409, (await answers.Server.RefusedAsync(HttpMethod.Get, ApiRoutes.EvaluationCsv(id))).Status);
        Assert.Equal(409, (await answers.Server.RefusedAsync(HttpMethod.Delete, ApiRoutes.Evaluation(id))).Status);
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Get, ApiRoutes.EvaluationCsv("ev_none"))).Status);
        Assert.DoesNotContain(id, await answers.Server.Http.GetStringAsync(ApiRoutes.EvaluationsCsv(), Cancel));
    }

    [Fact]
    public async Task The_example_of_the_documentation_runs_as_it_stands()
    {
        var document = JsonDocument.Parse(await answers.Server.Http.GetStringAsync("swagger/v1/swagger.json", Cancel)).RootElement;
        var example = document.GetProperty("paths").GetProperty("/api/v1/evaluations").GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText();
        using var response = await answers.Server.Http.PostAsync(ApiRoutes.Evaluations, new StringContent(example, null, "application/json"), Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
        var made = JsonSerializer.Deserialize<Evaluation>(await response.Content.ReadAsStringAsync(Cancel), ClientJson.Options)!;
        Assert.Equal(EvaluationKind.Sweep, made.Kind);
        await answers.Server.Api.CancelJobAsync(made.JobId!, Cancel);
    }

    /// <summary>A row as a finished job leaves it.</summary>
    private Task<string> StoreAsync(string id, ResourceState state = ResourceState.Ready) => answers.Server.WithDatabaseAsync(async db =>
    {
        db.Evaluations.Add(new EvaluationRow
        {
            Id = id,
            Kind = EvaluationKind.Sweep,
            ModelId = answers.Model,
            DatasetId = answers.Dataset.Id,
            Patches = "grid:4",
            Sweep = new([VectorKind.Embedding], ["grid:4", "whole"]),
            Seed = 7,
            State = state,
            Accuracy = .75,
            Protocol = "=SUM(1)",
            Scores = [new("linear", VectorKind.Embedding, "grid:4", .75, .01, LearningRate: .3)],
            Baselines = [new("raw pixels", "knn", null, "whole", .25, K: 20, Temperature: .07)],
            Agreement = [new(VectorKind.Embedding, "grid:4", .9, .05)],
            Cost = new TrainingCost(1_000, 60.5, 123_456, "cpu, \"bf16\""),
            TrainImages = 48,
            TestImages = 12,
            ModelSha256 = new string('b', 64),
            CreatedAt = DateTimeOffset.UnixEpoch, // never the newest
        });
        await db.SaveChangesAsync(Cancel);
        return id;
    });
}
