using System.Text.Json;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Compare;

/// <summary>Comparisons as the server would send them.</summary>
public static class ComparisonSamples
{
    private const string Device = "cpu (2 threads), libtorch 2.10.0, bf16";

    /// <param name="accuracy">Linear, in h, of the bag of 16; others lie below.</param>
    public static ComparedRecipe Row(string recipe, string objective, string sampling, double accuracy) => new(
        recipe, objective, sampling, ComparedState.Ready, $"run_{recipe}", $"ev_{recipe}", .25, 2_400, null, new TrainingCost(1_228_800, 605, 1_500_000_000, Device),
        [
            .. from vectors in new[] { VectorKind.Embedding, VectorKind.Projection }
               from patches in new[] { ("grid:1", .1), ("grid:16", 0), ("whole", .05) }
               let value = accuracy - patches.Item2 - (vectors == VectorKind.Projection ? .2 : 0)
               from score in new[] { new EvaluationScore("linear", vectors, patches.Item1, value, .004, LearningRate: .1), new EvaluationScore("knn", vectors, patches.Item1, value - .03, K: 200, Temperature: .1) }
               select score,
        ],
        [], 1_600, 400, "A sweep, precisely.", null, $"Bag table · {recipe}");

    public static ComparedRecipe Waiting(string recipe, string objective, string sampling, ComparedState state, string? error = null) => new(
        recipe, objective, sampling, state, null, null, null, null, state == ComparedState.Training ? new Progress(30, 120, "steps", 2, 45) : null, null, [], [], 0, 0, null, error);

    public static Comparison Comparison(JobState state, params ComparedRecipe[] rows) => new(
        "cmp_1", "Bag table", "ds_1", "Scenes", state, rows.Count(r => r.State is ComparedState.Ready or ComparedState.Failed), rows.Length, state == JobState.Running ? 754 : null, null, Samples.Noon,
        state == JobState.Running ? null : Samples.Noon.AddMinutes(42), new ComparisonBudget(Minutes: 10), new ComparisonEvaluation([1, 16]), 7,
        new Dictionary<string, JsonElement> { ["width"] = JsonSerializer.SerializeToElement(.25) }, new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>(), rows,
        [
            new Claim(1, "A bag is as good.", Verdict.Supported, "Supported for VICReg.",
            [
                new ClaimEvidence("vicreg", true, Verdict.Supported, VectorKind.Embedding, "linear", new ClaimFigure("bag-vicreg", "grid:16", .81), new ClaimFigure("vicreg-multi-scale", "whole", .75), .06, .012, .108, 400),
            ]),
            new Claim(2, "Averaging improves.", Verdict.Undecided, "Undecided for VICReg.", []),
            new Claim(3, "About the average.", Verdict.NotSupported, "Not supported for VICReg.", []),
        ]);

    public static ComparisonSummary Summary(JobState state = JobState.Running) => new("cmp_1", "Bag table", "ds_1", "Scenes", state, 3, 8, 754, null, Samples.Noon, null);
}
