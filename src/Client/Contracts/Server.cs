namespace PatchSsl.Client.Contracts;

/// <summary>The server itself.</summary>
/// <param name="Torch">Device, library and precision, or why the library cannot load.</param>
/// <param name="Versions">Component → version.</param>
/// <param name="MemoryBytes">Resident memory of the server process.</param>
/// <param name="DataBytesFree">Free space on the data directory's disk.</param>
public sealed record SystemInfo(
    string Torch, string Device, IReadOnlyDictionary<string, string> Versions, long MemoryBytes, long DataBytesFree, int Cores,
    int QueuedJobs, int RunningJobs, IReadOnlyList<string> ImportRoots, DateTimeOffset StartedAt);

/// <summary>The built-in demo: generated images, a short training run, an index in each space and an evaluation.</summary>
/// <param name="State">null when it never ran.</param>
/// <param name="Step">What it is doing now: generating, training, indexing, evaluating, done.</param>
/// <param name="EmbeddingIndexId">Index of the embedding space, once it is ready.</param>
/// <param name="ProjectionIndexId">Index of the projection space, once it is ready.</param>
public sealed record DemoStatus(
    JobState? State, string? Step, Progress? Progress, string? DatasetId, string? RunId, string? EmbeddingIndexId, string? ProjectionIndexId,
    string? EvaluationId, string? Error);

/// <param name="Key">The server's <c>Access:ApiKey</c>; exchanged for a cookie of this browser.</param>
public sealed record SignIn(string Key);
