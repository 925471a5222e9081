using System.Runtime.InteropServices;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Evaluation;

/// <summary>A vector an image, float32, in a file that has no name: a sweep's vectors may be larger than memory, and nothing of them stays behind.</summary>
internal sealed class FeatureFile : IDisposable
{
    /// <summary>Bytes read or written at a time.</summary>
    private const int BlockBytes = 16 << 20;

    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;

    /// <exception cref="JobFailedException">There is no room on the disk.</exception>
    public FeatureFile(int rows, int dim)
    {
        (Rows, Dim) = (rows, dim);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var bytes = (long)rows * dim * sizeof(float);
        try
        {
            // The room is taken at once: a full disk is known before hours of encoding, not after.
            _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.RandomAccess, bytes);
        }
        catch (IOException e)
        {
            throw new JobFailedException(
                FormattableString.Invariant($"The vectors of {rows} images need {bytes / 1e9:0.##} GB in {Path.GetTempPath()}: {e.Message}"), e);
        }
        File.Delete(path);
    }

    public int Rows { get; }

    public int Dim { get; }

    /// <summary>Rows worth reading at a time.</summary>
    public int Block => Math.Max(1, BlockBytes / (sizeof(float) * Dim));

    /// <param name="values">(n, Dim), row-major.</param>
    public void Write(int firstRow, ReadOnlySpan<float> values)
    {
        for (var done = 0; done < values.Length; done += BlockBytes / sizeof(float))
        {
            var block = values.Slice(done, Math.Min(BlockBytes / sizeof(float), values.Length - done));
            RandomAccess.Write(_file, MemoryMarshal.AsBytes(block), Position(firstRow, done));
        }
    }

    /// <param name="values">(n, Dim), row-major.</param>
    public void Read(int firstRow, Span<float> values)
    {
        for (var done = 0; done < values.Length;)
        {
            var block = MemoryMarshal.AsBytes(values.Slice(done, Math.Min(BlockBytes / sizeof(float), values.Length - done)));
            for (var read = 0; read < block.Length;)
            {
                var count = RandomAccess.Read(_file, block[read..], Position(firstRow, done) + read);
                if (count == 0) throw new EndOfStreamException("Vectors were read that were not written.");
                read += count;
            }
            done += block.Length / sizeof(float);
        }
    }

    /// <summary>Some rows at unit length.</summary>
    /// <returns>(count, Dim).</returns>
    public float[] Unit(int firstRow, int count)
    {
        var rows = new float[count * Dim];
        Read(firstRow, rows);
        UnitRows.Scale(rows, Dim);
        return rows;
    }

    public void Dispose() => _file.Dispose();

    private long Position(int row, int value) => (((long)row * Dim) + value) * sizeof(float);
}
