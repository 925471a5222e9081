namespace PatchSsl.Core.Images.Import;

/// <summary>Where an image belongs.</summary>
/// <param name="Class">Null where unlabelled.</param>
internal readonly record struct Placement(string? Class, string Split);

/// <summary>One thing found in a source, in the order it shall be stored.</summary>
internal sealed record ImportItem(string Name, Placement Placement)
{
    /// <summary>Gives the file's bytes; called on a worker thread.</summary>
    public Func<byte[]>? Read { get; init; }

    /// <summary>Bytes of the file: what it holds in memory while it waits.</summary>
    public long Bytes { get; init; }

    /// <summary>Pixels that need no decoder.</summary>
    public DecodedImage? Image { get; init; }

    /// <summary>Why the file is not used; null where it may be.</summary>
    public string? Problem { get; init; }

    /// <summary>True where a failure counts against the source: files that do not even look like pictures are only listed.</summary>
    public bool CountsAsImage { get; init; } = true;
}

/// <summary>A folder or an archive, ready to be read once.</summary>
internal interface IImportSource : IDisposable
{
    int Count { get; }

    IEnumerable<ImportItem> Items(CancellationToken stop);
}
