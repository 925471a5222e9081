using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>What a report measures of a model on a dataset.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ExplanationKind>))]
public enum ExplanationKind
{
    /// <summary>How the variance of the vectors is shared among their principal directions.</summary>
    Spectrum,

    /// <summary>How close averages of patch vectors come to the whole image's vector.</summary>
    Convergence,

    /// <summary>What a patch's nearest neighbours have in common with it, in each space.</summary>
    Locality,

    /// <summary>Whether products of vectors follow which patch contents occur together.</summary>
    Cooccurrence,
}

/// <summary>A stored report on what a model learned, measured on a dataset. Nothing of it changes once it is ready, and what it depends on cannot be deleted before it.</summary>
/// <param name="RunId">Run that trained the model; null for an imported encoder.</param>
/// <param name="ModelSha256">Hash of the model's file.</param>
/// <param name="Hash">SHA-256 of everything that decides the figures: kind, model file, images, options and seed. Asked for again, the report that exists is the answer.</param>
/// <param name="Options">What was asked for, defaults filled in, under the name of the kind.</param>
/// <param name="Reading">How to read it.</param>
/// <param name="Report">The figures under the name of the kind; null in lists and until ready.</param>
public sealed record Explanation(
    string Id, ExplanationKind Kind, string Model, string ModelName, string? RunId, string ModelSha256, string DatasetId, string DatasetName, long Seed,
    string Hash, ExplanationOptions Options, ResourceState State, Reading Reading, ExplanationReport? Report, string? Error, string? JobId,
    Progress? Progress, DateTimeOffset CreatedAt);

/// <summary>A report in words.</summary>
/// <param name="How">How to read its figures.</param>
/// <param name="Expectation">What the paper, or theory, expects of a model that has learned.</param>
/// <param name="Falsifier">What would speak against that.</param>
public sealed record Reading(string How, string Expectation, string Falsifier);

/// <summary>Settings of a report: only the kind asked for may be given.</summary>
public sealed record ExplanationOptions
{
    public SpectrumOptions? Spectrum { get; init; }
    public ConvergenceOptions? Convergence { get; init; }
    public LocalityOptions? Locality { get; init; }
    public CooccurrenceOptions? Cooccurrence { get; init; }
}

/// <summary>Figures of a report: only its kind's are there.</summary>
public sealed record ExplanationReport
{
    public SpectrumReport? Spectrum { get; init; }
    public ConvergenceReport? Convergence { get; init; }
    public LocalityReport? Locality { get; init; }
    public CooccurrenceReport? Cooccurrence { get; init; }
}

/// <param name="Model">Id of a model, or of a run for its newest checkpoint.</param>
/// <param name="Seed">Seeds whatever is drawn.</param>
/// <param name="Options">Absent: the kind's defaults.</param>
public sealed record CreateExplanation(string Model, string DatasetId, ExplanationKind Kind, long Seed = 0, ExplanationOptions? Options = null);
