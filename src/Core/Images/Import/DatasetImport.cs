using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Files;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>Makes an <see cref="ImageStore"/> of a folder, an archive or the scene generator.</summary>
/// <remarks>
/// Files that cannot be used are skipped and listed with the reason. The import fails where nothing is left, or where more than half of the
/// pictures are bad: then the source is not what its owner thinks. A file whose name has no picture's extension and that holds no image
/// is listed, and does not count as bad. Images are stored in the ordinal order of their names, so the same source gives the same store.
/// </remarks>
public static class DatasetImport
{
    /// <exception cref="JobFailedException">The source cannot be used; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">Stopped; nothing was written.</exception>
    public static ImportResult Run(ImportSpec spec, IJobReporter reporter, CancellationToken stop)
    {
        try
        {
            using var writer = new ImageStoreWriter(spec.OutputDirectory);
            if (spec.Kind == "generated") Generate(spec, writer, reporter, stop);
            else Import(spec, writer, reporter, stop);
            stop.ThrowIfCancellationRequested();
            var manifest = writer.Complete();
            return new ImportResult(
                manifest.ImageCount, manifest.SkippedCount, manifest.Classes,
                manifest.Splits.ToDictionary(split => split.Name, split => split.Images, StringComparer.Ordinal),
                manifest.Shards.Sum(shard => shard.Bytes));
        }
        catch (IOException error) when (DiskFull.Is(error))
        {
            throw new JobFailedException("The disk is full. Nothing of the import was kept.", error);
        }
    }

    private static void Import(ImportSpec spec, ImageStoreWriter writer, IJobReporter reporter, CancellationToken stop)
    {
        var path = spec.Path ?? throw new JobFailedException($"An import of kind {spec.Kind} needs a path.");
        using var source = Open(spec.Kind, path, spec.Limits, stop);
        if (source.Count == 0) throw new JobFailedException("There are no files in it.");
        var pipeline = new DecodePipeline(writer, spec, reporter);
        pipeline.Run(source, stop);
        if (writer.Count == 0) throw new JobFailedException($"No image in it can be used. First problem: {pipeline.FirstProblem}");
        if (pipeline.Bad > writer.Count)
        {
            throw new JobFailedException(
                $"{pipeline.Bad} of {pipeline.Bad + writer.Count} pictures cannot be used, which is more than half. " +
                $"First problem: {pipeline.FirstProblem}");
        }
    }

    private static IImportSource Open(string kind, string path, ImportLimits limits, CancellationToken stop)
    {
        if (kind == "folder") return new FolderSource(path, limits, stop);
        if (kind is not ("zip" or "cifar" or "upload")) throw new JobFailedException($"\"{kind}\" is no kind of import.");
        if (!File.Exists(path)) throw new JobFailedException("The archive does not exist.");
        return ArchiveCheck.Inspect(path, limits) == ArchiveKind.Cifar ? new CifarSource(path, limits, stop) : new ZipSource(path, limits);
    }

    /// <summary>Renders a batch of scenes on every core, writes it, renders the next.</summary>
    private static void Generate(ImportSpec spec, ImageStoreWriter writer, IJobReporter reporter, CancellationToken stop)
    {
        const int batch = 256;
        var wanted = spec.Generated ?? throw new JobFailedException("Generated images need a number, a size and a seed.");
        var options = new ParallelOptions { CancellationToken = stop };
        var scenes = new Scene[batch];
        for (var start = 0; start < wanted.Images; start += batch)
        {
            var count = Math.Min(batch, wanted.Images - start);
            var first = start;
            Parallel.For(0, count, options, i => scenes[i] = SceneGenerator.Render(wanted, first + i));
            foreach (var scene in scenes.AsSpan(0, count))
            {
                var image = ImageDecoder.Reduce(new DecodedImage(wanted.Size, wanted.Size, scene.Rgb), spec.StorageSize);
                writer.Add(scene.Name, scene.Class, scene.Split, image.Width, image.Height, image.Rgb);
            }
            reporter.Progress(start + count, wanted.Images, "images");
        }
    }
}
