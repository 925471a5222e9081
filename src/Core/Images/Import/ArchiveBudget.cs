using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>Counts the bytes an archive really unpacks to, whatever its headers say.</summary>
internal sealed class ArchiveBudget(long packedBytes, ImportLimits limits)
{
    private const long RatioFrom = 100_000_000;
    private long _unpacked;

    /// <exception cref="JobFailedException">The archive unpacks to more than it may.</exception>
    public void Add(long bytes)
    {
        _unpacked += bytes;
        Check(_unpacked);
    }

    /// <summary>Holds a sum that headers declare against the same limits.</summary>
    public void Check(long total)
    {
        if (total > limits.MaxTotalBytes)
            throw new JobFailedException($"The archive is too large: it unpacks to more than {limits.MaxTotalBytes} bytes.");
        if (total > RatioFrom && total > limits.MaxRatio * packedBytes)
            throw new JobFailedException(
                $"The archive is too large: it unpacks to more than {limits.MaxRatio:0} times its own {packedBytes} bytes.");
    }
}

/// <summary>Reads on and counts.</summary>
internal sealed class BudgetedStream(Stream inner, ArchiveBudget budget) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        budget.Add(count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
