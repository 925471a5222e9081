using System.Text.Json;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Comparisons;

/// <summary>Comparisons of the smallest models there are.</summary>
public static class TinyComparison
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A recipe's fields for a model that trains within seconds on 8-pixel patches.</summary>
    public static Dictionary<string, JsonElement> Fields(params (string Name, object Value)[] more)
    {
        var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""
            {"views":2,"batchImages":8,"inputSize":8,"width":0.0625,"projectorHidden":16,"projectionDim":8,"metricsEvery":1,"diagnosticsEvery":0,
             "knnEvery":0,"checkpointEverySteps":50,"checkpointEverySeconds":0,"learningRate":0.001}
            """)!;
        foreach (var (name, value) in more) fields[name] = JsonSerializer.SerializeToElement(value);
        return fields;
    }

    public static async Task<CreateComparison> RequestAsync(this TestServer server, ComparisonBudget budget, params string[] recipes)
    {
        var dataset = await server.DatasetAsync(images: 60, size: 32);
        return new CreateComparison(
            "Tiny", dataset.Id, recipes, Fields(), Budget: budget, Evaluation: new ComparisonEvaluation([1, 4], [VectorKind.Embedding, VectorKind.Projection]), Seed: 3);
    }

    public static Task<Comparison> UntilAsync(this TestServer server, Comparison comparison, Predicate<Comparison> wanted) =>
        server.WaitAsync(() => server.Api.GetComparisonAsync(comparison.Id, Cancel), wanted);

    /// <summary>Waits for the end; what failed meanwhile is in <see cref="Errors"/>.</summary>
    public static Task<Comparison> EndAsync(this TestServer server, Comparison comparison) =>
        server.UntilAsync(comparison, c => c.State is JobState.Completed or JobState.Failed or JobState.Stopped);

    public static string Errors(this Comparison comparison) =>
        $"{comparison.State}: {string.Join("; ", comparison.Rows.Select(r => $"{r.Recipe} {r.State} {r.Error}"))}";
}
