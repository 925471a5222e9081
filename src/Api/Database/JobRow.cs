using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Database;

/// <summary>A job in the queue, at work, or ended. What it works on is built from the resource's row when it starts.</summary>
public sealed class JobRow
{
    public required string Id { get; init; }
    public JobKind Kind { get; init; }
    public required string ResourceId { get; init; }
    public JobState State { get; set; }
    public long Done { get; set; }
    public long Total { get; set; }
    public string Unit { get; set; } = "";
    public double? Rate { get; set; }
    public double? EtaSeconds { get; set; }
    public string? Error { get; set; }

    /// <summary>Interrupted by the server's own end: goes back to the queue at the next start.</summary>
    public bool ResumeOnStart { get; set; }

    /// <summary>Deaths since the last lasting progress; three end the job.</summary>
    public int Crashes { get; set; }

    /// <summary>The worker, so that a later server does not start a second one beside it.</summary>
    public int? WorkerPid { get; set; }
    public DateTimeOffset? WorkerStartedAt { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>An answer kept for a repeated creating request with the same Idempotency-Key.</summary>
public sealed class IdempotencyRow
{
    /// <summary>Method and path of the request.</summary>
    public required string Scope { get; init; }
    public required string Key { get; init; }

    /// <summary>SHA-256 of what was asked, so that another request under the same key is noticed.</summary>
    public required string RequestHash { get; init; }
    public int Status { get; init; }
    public string? Location { get; init; }
    public required string Body { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The demo's newest run-through; one row.</summary>
public sealed class DemoRow
{
    /// <summary>Id of the one row.</summary>
    public const int Only = 1;

    public int Id { get; init; }
    public JobState State { get; set; }
    public string? DatasetId { get; set; }
    public string? RunId { get; set; }
    public string? EmbeddingIndexId { get; set; }
    public string? ProjectionIndexId { get; set; }
    public string? EvaluationId { get; set; }
    public DemoFindings? Findings { get; set; }
    public string? Error { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
