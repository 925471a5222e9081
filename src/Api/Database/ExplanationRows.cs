using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Database;

/// <summary>A report on a model and a dataset. Its figures lie in a row of their own, so that lists do not read them.</summary>
public sealed class ExplanationRow : IModelResource
{
    public required string Id { get; init; }
    public ExplanationKind Kind { get; init; }
    public required string ModelId { get; init; }
    public ModelRow? Model { get; init; }
    public required string DatasetId { get; init; }
    public DatasetRow? Dataset { get; init; }
    public long Seed { get; init; }

    /// <summary>Defaults filled in.</summary>
    public required ExplanationOptions Options { get; init; }

    /// <summary>Of all that decides the figures.</summary>
    public required string Hash { get; init; }
    public required string ModelSha256 { get; init; }
    public ResourceState State { get; set; }
    public string? Error { get; set; }
    public string? JobId { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The figures of a finished report.</summary>
public sealed class ExplanationReportRow
{
    public required string ExplanationId { get; init; }
    public required ExplanationReport Report { get; init; }
}
