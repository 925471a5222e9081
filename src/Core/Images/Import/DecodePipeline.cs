using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>Decodes items on every core and writes them in their order, holding only a window of them in memory.</summary>
internal sealed class DecodePipeline(ImageStoreWriter writer, ImportSpec spec, IJobReporter reporter)
{
    private const long WindowBytes = 256 << 20;
    private const int LoggedProblems = 20;

    private readonly int _window = 8 * Environment.ProcessorCount;
    private readonly DecodeBudget _pixels = new(200_000_000);
    private readonly Queue<(ImportItem Item, Task<Outcome> Work)> _waiting = new();
    private long _waitingBytes;
    private int _done;

    /// <summary>Images that could not be used.</summary>
    public int Bad { get; private set; }

    public string? FirstProblem { get; private set; }

    private readonly record struct Outcome(DecodedImage? Image, string? Problem);

    public void Run(IImportSource source, CancellationToken stop)
    {
        var every = Math.Clamp(source.Count / 200, 1, 1000);
        try
        {
            foreach (var item in source.Items(stop))
            {
                stop.ThrowIfCancellationRequested();
                while (_waiting.Count >= _window || _waitingBytes + item.Bytes > WindowBytes && _waiting.Count > 0) WriteNext();
                _waiting.Enqueue((item, Task.Run(() => Decode(item), CancellationToken.None)));
                _waitingBytes += item.Bytes;
                if (_done % every == 0) reporter.Progress(_done, source.Count, "images");
            }
            while (_waiting.Count > 0)
            {
                stop.ThrowIfCancellationRequested();
                WriteNext();
            }
            reporter.Progress(_done, source.Count, "images");
        }
        finally
        {
            Task.WaitAll([.. _waiting.Select(entry => entry.Work)], CancellationToken.None); // they never fail; the source may be closed now
        }
    }

    private void WriteNext()
    {
        var (item, work) = _waiting.Dequeue();
        var outcome = work.GetAwaiter().GetResult();
        _waitingBytes -= item.Bytes;
        _done++;
        if (outcome.Image is { } image)
        {
            writer.Add(item.Name, item.Placement.Class, item.Placement.Split, image.Width, image.Height, image.Rgb);
            return;
        }
        writer.Skip(item.Name, outcome.Problem!);
        if (item.CountsAsImage) Bad++;
        FirstProblem ??= $"{item.Name}: {outcome.Problem}";
        if (writer.SkippedCount <= LoggedProblems) reporter.Log(JobLogLevel.Warning, $"Skipped {item.Name}: {outcome.Problem}");
    }

    private Outcome Decode(ImportItem item)
    {
        if (item.Problem is not null) return new Outcome(null, item.Problem);
        try
        {
            if (item.Image is not null) return new Outcome(ImageDecoder.Reduce(item.Image, spec.StorageSize), null);
            var data = item.Read!();
            var header = ImageHeader.Read(data);
            header.Check(spec.Limits);
            using (_pixels.Take(header.Width * header.Height))
                return new Outcome(ImageDecoder.Decode(data, spec.Limits, spec.StorageSize), null);
        }
        catch (ImageRejectedException error)
        {
            return new Outcome(null, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Outcome(null, "The file cannot be read.");
        }
        catch (OutOfMemoryException)
        {
            return new Outcome(null, "There is not enough memory to decode the image.");
        }
    }
}
