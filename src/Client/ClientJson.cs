using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

/// <summary>How the contracts are written as JSON: camelCase, absent rather than null, without reflection so that a trimmed client works.</summary>
public static class ClientJson
{
    /// <summary>Options for every body of the API.</summary>
    public static JsonSerializerOptions Options { get; } = new(ClientJsonContext.Default.Options);

    internal static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Page<Dataset>))]
[JsonSerializable(typeof(Page<ImageItem>))]
[JsonSerializable(typeof(Page<SkippedFile>))]
[JsonSerializable(typeof(Page<Recipe>))]
[JsonSerializable(typeof(Page<RunSummary>))]
[JsonSerializable(typeof(Page<Checkpoint>))]
[JsonSerializable(typeof(Page<LogLine>))]
[JsonSerializable(typeof(Page<Model>))]
[JsonSerializable(typeof(UpdateModel))]
[JsonSerializable(typeof(Page<PatchIndex>))]
[JsonSerializable(typeof(Page<Evaluation>))]
[JsonSerializable(typeof(Page<ComparisonSummary>))]
[JsonSerializable(typeof(Page<Job>))]
[JsonSerializable(typeof(CreateDataset))]
[JsonSerializable(typeof(UpdateDataset))]
[JsonSerializable(typeof(RunDetail))]
[JsonSerializable(typeof(CreateRun))]
[JsonSerializable(typeof(UpdateRun))]
[JsonSerializable(typeof(RunMetrics))]
[JsonSerializable(typeof(RunSpectra))]
[JsonSerializable(typeof(MetricPoint[]))]
[JsonSerializable(typeof(EmbeddingResult))]
[JsonSerializable(typeof(CreateIndex))]
[JsonSerializable(typeof(NeighbourRequest))]
[JsonSerializable(typeof(NeighbourResult))]
[JsonSerializable(typeof(NeighbourBatchRequest))]
[JsonSerializable(typeof(NeighbourBatchResult))]
[JsonSerializable(typeof(SimilarityRequest))]
[JsonSerializable(typeof(SimilarityMap))]
[JsonSerializable(typeof(PatchMap))]
[JsonSerializable(typeof(PatchItems))]
[JsonSerializable(typeof(CreateEvaluation))]
[JsonSerializable(typeof(Page<Explanation>))]
[JsonSerializable(typeof(CreateExplanation))]
[JsonSerializable(typeof(CreateComparison))]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(ClosedFormPresets))]
[JsonSerializable(typeof(ClosedFormRequest))]
[JsonSerializable(typeof(ClosedFormLine))]
[JsonSerializable(typeof(OpenAiEmbeddingRequest))]
[JsonSerializable(typeof(OpenAiEmbeddingResponse))]
[JsonSerializable(typeof(DemoStatus))]
[JsonSerializable(typeof(SystemInfo))]
[JsonSerializable(typeof(SignIn))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ClientJsonContext : JsonSerializerContext;
