using System.Text.Json;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Tests.Support;

/// <summary>Resources as the server would send them.</summary>
public static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    public static Dataset Dataset(string id = "ds_1", ResourceState state = ResourceState.Ready, int skipped = 0, string? error = null, Progress? progress = null) =>
        new(id, "Scenes", state, 2000, skipped, ["brick", "grass"], new Dictionary<string, int> { ["train"] = 1600, ["test"] = 400 }, 256, 24_000_000,
            new DatasetSource(SourceKind.Generated, Images: 2000, Size: 64, Seed: 1), error, null, progress, Noon);

    public static RunSummary Run(string id = "run_1", JobState state = JobState.Running, string name = "quick on Scenes", string? error = null) =>
        new(id, name, state, "ds_1", "Scenes", "quick", ["baseline"], null, new Progress(120, 400, "steps", 2, 140),
            new Dictionary<string, double> { ["loss"] = -171.23 }, new BestMetric("knn", .4123, 100, 250), error, "job_1", Noon, Noon, null,
            new TrainingCost(245_760, 3_725, 2_150_000_000, "cpu (2 threads), libtorch 2.10.0, bf16"));

    public static RunDetail Detail(RunSummary run) => new(run.Id, run.Name, run.State, run.DatasetId, run.DatasetName, run.Recipe, run.Tags, run.Note,
        run.Progress, run.LastMetrics, run.BestMetric, run.Error, run.JobId, run.CreatedAt, run.StartedAt, run.FinishedAt,
        Recipe().Fields, 7, "cpu, libtorch 2.10.0, bf16", new Dictionary<string, string> { ["TorchSharp"] = "0.107.0" }, "1", run.Cost);

    public static Recipe Recipe(string name = "quick") => new(name, "Learns within minutes.",
    [
        Field("objective", "Objective", "choice", "emp-ssl", "emp-ssl", choices: ["emp-ssl", "vicreg"]),
        Field("views", "Patches", "integer", 8, 20, 2, 200),
        Field("learningRate", "Optimisation", "number", .3, .3, 0, 100),
    ]);

    public static MetricPoint Point(long seq, long step, double value = 1, string name = "loss") => new(seq, step, name, value, Noon.AddSeconds(step));

    public static MetricBucket Bucket(long step, double value) => new(step, value, value, value, Noon.AddSeconds(step));

    private static RecipeField Field(string name, string group, string type, object value, object standard, double? min = null, double? max = null, string[]? choices = null) =>
        new(name, group, type, JsonSerializer.SerializeToElement(value), JsonSerializer.SerializeToElement(standard), min, max, choices, $"What {name} does.", "[E]");
}
