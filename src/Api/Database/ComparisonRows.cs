using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Database;

/// <summary>A comparison of recipes on one dataset. What it is made of lies in its parts; what they are to do, in the request.</summary>
public sealed class ComparisonRow
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string DatasetId { get; init; }
    public DatasetRow? Dataset { get; init; }

    /// <summary>What was asked for, with every default filled in, as JSON.</summary>
    public required string RequestJson { get; init; }
    public JobState State { get; set; }
    public string? Error { get; set; }
    public List<ComparisonPartRow> Parts { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>A recipe of a comparison, and how far it is.</summary>
public sealed class ComparisonPartRow
{
    public required string Id { get; init; }
    public required string ComparisonId { get; init; }

    /// <summary>Place in the table and in the order of training, from 0.</summary>
    public int Position { get; init; }
    public required string Recipe { get; init; }
    public ComparedState State { get; set; }

    /// <summary>The measurement of its pace; null where the budget is none of time, or it has not begun.</summary>
    public string? PaceJobId { get; set; }
    public double? SecondsAStep { get; set; }
    public long? Steps { get; set; }
    public string? RunId { get; set; }
    public string? EvaluationId { get; set; }

    /// <summary>Workers that died on it; it is begun again until there are too many.</summary>
    public int Deaths { get; set; }
    public string? Error { get; set; }
}
