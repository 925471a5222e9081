using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Indexing;

/// <summary>An index to build.</summary>
/// <param name="DatasetDirectory">An imported dataset.</param>
/// <param name="CheckpointPath">The model's checkpoint file.</param>
/// <param name="OutputFile">Written under a temporary name, synced, renamed: it exists whole or not at all.</param>
/// <param name="Storage">How the file keeps the vectors.</param>
/// <param name="Untrained">Vectors of the model's run before its first step (<see cref="Embedding.Encoder.BeforeTraining(string, Runtime.TorchRuntime)"/>), to compare with.</param>
public sealed record IndexSpec(
    string DatasetDirectory, string CheckpointPath, VectorSpace Vectors, PatchGrid Grid, string OutputFile,
    IndexStorage Storage = IndexStorage.F16, bool Untrained = false);

/// <summary>A finished index.</summary>
/// <param name="PatchCount">Rows: images × patches an image; row = image × patches an image + patch.</param>
/// <param name="RecallAt10">Measured on a sample of rows against float32 vectors.</param>
/// <param name="AverageCosine">Of all pairs of patches of different images (<see cref="PairCosines"/>); null where there is one image.</param>
public sealed record IndexResult(long PatchCount, int Dim, long Bytes, double RecallAt10, double? AverageCosine = null);
