using PatchSsl.Core.Embedding;
using PatchSsl.Core.Files;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Indexing;

/// <summary>Embeds every grid patch of a dataset into an index file.</summary>
/// <remarks>
/// <code>
/// images in order ─ grid patches ─ encoder (n,D) ─ unit length ─┬─ rows of the file, f16 or int8
///                                                               └─ float32 search of 64 sampled rows ─ recall
/// </code>
/// Memory holds a chunk of images, whatever the size of the dataset.
/// </remarks>
public static class IndexBuild
{
    /// <exception cref="JobFailedException">The dataset or the model cannot be used; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">Stopped; nothing was written.</exception>
    public static IndexResult Run(IndexSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel)
    {
        try
        {
            return ModelJob.Run(
                spec.DatasetDirectory, spec.CheckpointPath, runtime, reporter,
                (store, encoder) => Build(spec, store, encoder, reporter, cancel), spec.Untrained);
        }
        catch (IOException error) when (DiskFull.Is(error))
        {
            throw new JobFailedException("The disk is full. Nothing of the index was kept.", error);
        }
    }

    private static IndexResult Build(IndexSpec spec, ImageStore store, Encoder encoder, IJobReporter reporter, CancellationToken cancel)
    {
        var dim = encoder.Dim(spec.Vectors);
        var perImage = spec.Grid.PatchesPerImage;
        var rows = (long)store.Count * perImage;
        var header = new IndexHeader(
            rows, dim, spec.Vectors, spec.Grid, encoder.Spec.PatchScale, encoder.Sha256,
            Path.GetFileName(Path.TrimEndingDirectorySeparator(spec.DatasetDirectory)), StoreManifest.Hash(spec.DatasetDirectory))
        { Storage = spec.Storage, Untrained = spec.Untrained };

        using var writer = new IndexWriter(spec.OutputFile, header);
        using var recall = new IndexRecall(Vectors(IndexRecall.Sample(rows).Select(Patch).ToList()), dim);
        var pairs = new PairCosines(dim, perImage);
        // Some batches at once: a bound on memory, and often enough for a progress bar.
        var chunk = Math.Max(1, 4 * encoder.BatchSize / perImage);
        for (var first = 0; first < store.Count; first += chunk)
        {
            cancel.ThrowIfCancellationRequested();
            var images = Enumerable.Range(first, Math.Min(chunk, store.Count - first));
            var vectors = Vectors([.. images.SelectMany(image => GridPatches.Of(store, image, spec.Grid, encoder.Spec.PatchScale))]);   // (n, D)
            writer.Append(vectors);
            recall.Add(vectors, cancel);
            pairs.Add(vectors);
            reporter.Progress((long)(first + images.Count()) * perImage, rows, "patches");
        }
        cancel.ThrowIfCancellationRequested();
        var bytes = writer.Commit();
        using var index = IndexFile.Open(spec.OutputFile);
        return new IndexResult(rows, dim, bytes, recall.Measure(index, CancellationToken.None), pairs.Average);

        PatchSource Patch(long row)
        {
            var (image, patch) = header.Place(row);
            return GridPatches.Of(store, image, spec.Grid, encoder.Spec.PatchScale)[patch];
        }

        float[] Vectors(IReadOnlyList<PatchSource> patches)
        {
            var vectors = encoder.Embed(patches, spec.Vectors);
            try
            {
                UnitRows.Scale(vectors, dim);
            }
            catch (NotFiniteNumberException error)
            {
                throw JobFailedException.Diverged(error);
            }
            return vectors;
        }
    }
}
