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
/// <param name="ExplanationId">Report on locality, once it is ready.</param>
/// <param name="Findings">What was learned and where to look; null until everything is measured.</param>
public sealed record DemoStatus(
    JobState? State, string? Step, Progress? Progress, string? DatasetId, string? RunId, string? EmbeddingIndexId, string? ProjectionIndexId,
    string? EvaluationId, string? Error, string? ExplanationId = null, DemoFindings? Findings = null);

/// <summary>What the demo's encoder learned, as measured, and the patch to look at first.</summary>
/// <param name="Learned">One sentence for people, with the figures.</param>
/// <param name="LookAt">One sentence for people: what to look at on the neighbours page, and what to expect there.</param>
/// <param name="ImageId">
/// Image of the patch to open first: the first patch, in the order of the test images and then of the index, that holds exactly one part, whole.
/// Its neighbours have no say in it.
/// </param>
/// <param name="Patch">Its place in the index's grid, row by row from 0.</param>
/// <param name="Box">Its box in the image, in pixels.</param>
public sealed record DemoFindings(
    string Learned, string LookAt, string ImageId, int Patch, Box Box, DemoAccuracy Accuracy, DemoSameParts SameParts);

/// <summary>Share of test images whose class weighted kNN finds, 0 to 1, each by the first setting of the demo's evaluation.</summary>
/// <param name="Bag">By the bag of the trained encoder's embeddings.</param>
/// <param name="RawPixels">By the image's pixels.</param>
/// <param name="Untrained">By the bag of the same encoder before training.</param>
/// <param name="Chance">Expected of guessing: one class of as many as there are.</param>
/// <param name="TestImages">Images asked.</param>
public sealed record DemoAccuracy(double Bag, double RawPixels, double Untrained, double Chance, int TestImages);

/// <summary>
/// Share of a patch's nearest patches in other images that show the same kind of part as it does, 0 to 1, averaged over patches of test images
/// that show one. The generator knows which part covers most of a patch.
/// </summary>
/// <param name="Embedding">Nearest by the embedding h.</param>
/// <param name="Projection">Nearest by the projection z.</param>
/// <param name="Untrained">Nearest by the embedding of the same encoder before training; null where it has no index.</param>
/// <param name="Chance">The share among all patches of other images: what drawing at random gives.</param>
/// <param name="Neighbours">Nearest patches taken of each.</param>
/// <param name="Queries">Patches asked.</param>
public sealed record DemoSameParts(double Embedding, double Projection, double? Untrained, double Chance, int Neighbours, int Queries);

/// <param name="Key">The server's <c>Access:ApiKey</c>; exchanged for a cookie of this browser.</param>
public sealed record SignIn(string Key);
