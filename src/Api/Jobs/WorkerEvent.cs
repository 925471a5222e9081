using System.Text.Json;
using System.Text.Json.Serialization;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Jobs;

/// <summary>What a worker tells the server: one JSON object a line on its standard output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Progress), "progress")]
[JsonDerivedType(typeof(Metrics), "metrics")]
[JsonDerivedType(typeof(Spectrum), "spectrum")]
[JsonDerivedType(typeof(Log), "log")]
[JsonDerivedType(typeof(Checkpoint), "checkpoint")]
[JsonDerivedType(typeof(Cost), "cost")]
[JsonDerivedType(typeof(Finished), "result")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Stopped), "stopped")]
public abstract record WorkerEvent
{
    /// <summary>The device, library and precision in use.</summary>
    public sealed record Started(string Device, IReadOnlyDictionary<string, string> Versions) : WorkerEvent;

    /// <summary>Done of total (0 while unknown) units.</summary>
    public sealed record Progress(long Done, long Total, string Unit) : WorkerEvent;

    /// <summary>Values at a step; NaN and infinities travel as text.</summary>
    public sealed record Metrics(long Step, DateTimeOffset Time, IReadOnlyDictionary<string, double> Values) : WorkerEvent;

    /// <summary>A spectrum at a step.</summary>
    public sealed record Spectrum(long Step, DateTimeOffset Time, [property: JsonPropertyName("spectrum")] Core.Measures.FeatureSpectrum Measured) : WorkerEvent;

    /// <summary>A line for people.</summary>
    public sealed record Log(string Level, string Text) : WorkerEvent;

    /// <summary>A checkpoint that is durable under its final name.</summary>
    public sealed record Checkpoint(long Step, string File, string Sha256, long Bytes) : WorkerEvent;

    /// <summary>What a training took so far.</summary>
    public sealed record Cost([property: JsonPropertyName("cost")] Core.Checkpoints.TrainingCost SoFar) : WorkerEvent;

    /// <summary>The end: what was made.</summary>
    public sealed record Finished(JsonElement Result) : WorkerEvent;

    /// <summary>The end: why it cannot go on, for the person who asked.</summary>
    public sealed record Failed(string Error) : WorkerEvent;

    /// <summary>The end: it was asked to stop, and what it had is saved.</summary>
    public sealed record Stopped : WorkerEvent;

    /// <summary>How events and jobs are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        AllowOutOfOrderMetadataProperties = true,
    };
}

/// <summary>The first line on a worker's standard input.</summary>
/// <param name="Spec">An ImportSpec, TrainingSpec, IndexSpec, EvaluationSpec or ExplainSpec, by kind.</param>
public sealed record WorkerJob(JobKind Kind, TorchOptions Torch, JsonElement Spec);
