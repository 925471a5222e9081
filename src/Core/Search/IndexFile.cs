using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;

namespace PatchSsl.Core.Search;

/// <summary>An index file, memory-mapped and searched exactly.</summary>
/// <remarks>
/// Any number of threads may search at once. The file may be deleted meanwhile: the map keeps its bytes. Searches under way when the index
/// is disposed end normally, and the map goes with the last of them. What must not happen is that the file is cut short in place; nothing
/// here ever writes to a published file. A query takes memory for its answer and a block of rows on each core, whatever the size of the file.
/// </remarks>
public sealed class IndexFile : IDisposable
{
    /// <summary>Queries of one <see cref="SearchBatch"/>.</summary>
    public const int MaxBatch = 64;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private long _rowsScored;

    private IndexFile(IndexHeader header, MemoryMappedFile file)
    {
        Header = header;
        _file = file;
        _view = file.CreateViewAccessor(0, header.FileLength, MemoryMappedFileAccess.Read);
    }

    /// <summary>What the file says about itself.</summary>
    public IndexHeader Header { get; }

    /// <summary>Rows.</summary>
    public long Count => Header.Count;

    /// <summary>Values of a vector.</summary>
    public int Dim => Header.Dim;

    /// <summary>Rows of an image; row = image × patches an image + patch.</summary>
    public int PatchesPerImage => Header.PatchesPerImage;

    /// <summary>Bytes of the file.</summary>
    public long Bytes => Header.FileLength;

    /// <summary>Rows read by all scans so far.</summary>
    internal long RowsScored => Interlocked.Read(ref _rowsScored);

    /// <summary>Bytes that one search reads at least: the rows, or the codes in front of them.</summary>
    public long BytesScanned => Header.Storage == IndexStorage.Int8 ? Header.Count * (Header.CodeStride + sizeof(float)) : Header.Count * Header.RowStride;

    /// <summary>Opens an index; its header and length are checked before it is mapped.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole index file; the message says why.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IndexFile Open(string path)
    {
        var handle = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
        try
        {
            var bytes = new byte[IndexHeader.Size];
            var read = RandomAccess.Read(handle, bytes, 0);
            var header = IndexHeader.Parse(bytes.AsSpan(0, read), RandomAccess.GetLength(handle));
            var file = MemoryMappedFile.CreateFromFile(handle, null, header.FileLength, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new IndexFile(header, file);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The rows nearest to a vector by cosine, or the farthest where the options say so: best first, ties by row.</summary>
    /// <param name="query">Dim values, of any length but 0.</param>
    public IReadOnlyList<Hit> Search(ReadOnlySpan<float> query, SearchOptions options, CancellationToken cancel = default) =>
        SearchBatch([new PatchQuery(query.ToArray(), options)], cancel)[0];

    /// <summary>Several searches in one pass over the file. Scores equal those of single searches to 1e-6.</summary>
    /// <param name="queries">1 to 64.</param>
    /// <returns>One answer a query, in order.</returns>
    public IReadOnlyList<IReadOnlyList<Hit>> SearchBatch(IReadOnlyList<PatchQuery> queries, CancellationToken cancel = default)
    {
        var (vectors, options) = (Units(queries), Options(queries));
        using var map = Pin();
        return Scores(Found(map, vectors, options, cancel), queries);
    }

    /// <summary>The queries at unit length; turned round where the farthest are wanted, which are the nearest to the opposite direction.</summary>
    /// <returns>(queries, Dim), row-major.</returns>
    /// <exception cref="ArgumentException">Too few or too many queries, or one that cannot be asked.</exception>
    internal float[] Units(IReadOnlyList<PatchQuery> queries)
    {
        if (queries.Count is < 1 or > MaxBatch) throw new ArgumentException($"Got {queries.Count} queries; 1 to {MaxBatch} are possible.", nameof(queries));
        var vectors = new float[queries.Count * Dim];
        for (var q = 0; q < queries.Count; q++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(queries[q].Options.K, 1, nameof(SearchOptions.K));
            var vector = vectors.AsSpan(q * Dim, Dim);
            Unit(queries[q].Vector.Span, vector);
            if (queries[q].Options.Order != SearchOrder.Farthest) continue;
            foreach (ref var value in vector) value = -value;
        }
        return vectors;
    }

    /// <summary>What goes with <see cref="Units"/>.</summary>
    internal static SearchOptions[] Options(IReadOnlyList<PatchQuery> queries) => [.. queries.Select(q => q.Options.Scanned)];

    /// <summary>What was found with <see cref="Units"/>, with the cosines of the queries as they were asked.</summary>
    internal static IReadOnlyList<IReadOnlyList<Hit>> Scores(Hit[][] found, IReadOnlyList<PatchQuery> queries)
    {
        for (var q = 0; q < found.Length; q++)
        {
            var sign = queries[q].Options.Order == SearchOrder.Farthest ? -1 : 1;
            // A stored vector may be longer than 1 by its rounding, and a score by that. Adding 0 makes a -0 plain.
            found[q] = Array.ConvertAll(found[q], h => h with { Score = Math.Clamp(sign * h.Score, -1, 1) + 0f });
        }
        return found;
    }

    /// <summary>Keeps the map until it is let go of.</summary>
    internal PinnedBytes Pin() => new(_view.SafeMemoryMappedViewHandle);

    /// <summary>The best k of each query by a scan of the half-precision rows, which every storage has.</summary>
    /// <param name="vectors">(options.Length, Dim) unit vectors.</param>
    internal unsafe Hit[][] ScanHalves(PinnedBytes map, float[] vectors, SearchOptions[] options, CancellationToken cancel)
    {
        using var halves = new HalfScorer((ushort*)map.At(Header.RowsAt), Header, vectors);
        return Array.ConvertAll(Scan(halves, options, cancel), best => best.ToSorted());
    }

    private unsafe Hit[][] Found(PinnedBytes map, float[] vectors, SearchOptions[] options, CancellationToken cancel)
    {
        if (Header.Storage == IndexStorage.F16) return ScanHalves(map, vectors, options, cancel);
        using var codes = new CodeScorer((sbyte*)map.At(IndexHeader.Size), (float*)map.At(Header.ScalesAt), (float*)map.At(Header.CentreAt), Header, vectors);
        var rescoring = new Rescoring(new ExactScores((ushort*)map.At(Header.RowsAt), Header, vectors), Header, codes, options);
        return rescoring.Run(Scan(codes, rescoring.Candidates, cancel), cancel);
    }

    private TopK[] Scan(RowScorer scorer, SearchOptions[] options, CancellationToken cancel)
    {
        var scan = new IndexScan(Header, scorer, options);
        var best = scan.Run(cancel);
        Interlocked.Add(ref _rowsScored, scan.RowsScored);
        return best;
    }

    /// <summary>The stored vector of a row: Dim values, unit length to half precision.</summary>
    public float[] Vector(long row)
    {
        CheckRows(row, 1);
        using var map = Pin();
        var vector = new float[Dim];
        var halves = map.Row(Header, row);
        for (var d = 0; d < vector.Length; d++) vector[d] = (float)BitConverter.UInt16BitsToHalf(halves[d]);
        return vector;
    }

    /// <summary>Values from row to row in what <see cref="Read"/> writes: Dim rounded up, so that whole registers fit.</summary>
    internal int Stride => Header.RowStride / sizeof(ushort);

    /// <summary>The stored vectors of some rows, in any order.</summary>
    /// <param name="vectors">(rows, Stride), row-major; zero from Dim on.</param>
    internal unsafe void Read(ReadOnlySpan<long> rows, Span<float> vectors)
    {
        using var map = Pin();
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors.Length, rows.Length * Stride);
        fixed (float* floats = vectors)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                CheckRows(rows[i], 1);
                fixed (ushort* row = map.Row(Header, rows[i])) HalfRows.Widen(row, Stride, floats + (long)i * Stride);
            }
        }
        foreach (ref var value in vectors[..(rows.Length * Stride)]) value *= HalfRows.Scale;
    }

    /// <summary>Cosines of a vector with consecutive rows, such as those of one image.</summary>
    /// <param name="query">Dim values, of any length but 0.</param>
    public unsafe float[] Scores(ReadOnlySpan<float> query, long firstRow, int count)
    {
        CheckRows(firstRow, count);
        var padded = new float[Header.RowStride / sizeof(ushort)];
        Unit(query, padded.AsSpan(0, Dim));
        foreach (ref var value in padded.AsSpan()) value *= HalfRows.Scale;
        using var map = Pin();
        var scores = new float[count];
        fixed (float* vector = padded)
        {
            for (var i = 0; i < count; i++)
            {
                fixed (ushort* row = map.Row(Header, firstRow + i)) scores[i] = HalfRows.Dot(row, padded.Length, vector);
            }
        }
        return scores;
    }

    /// <summary>Whether the vectors still have the checksum of the header: reads the whole file.</summary>
    public bool Verify()
    {
        using var map = Pin();
        var rows = Sha256(map, Header.RowsAt, Header.FileLength);
        if (Header.Storage == IndexStorage.Int8)
            rows = SHA256.HashData([.. Sha256(map, IndexHeader.Size, Header.ScalesAt), .. Sha256(map, Header.ScalesAt, Header.RowsAt), .. rows]);
        return Convert.ToHexStringLower(rows) == Header.VectorsSha256;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static unsafe byte[] Sha256(PinnedBytes map, long from, long to)
    {
        using var stream = new UnmanagedMemoryStream(map.At(from), to - from);
        return SHA256.HashData(stream);
    }

    private void Unit(ReadOnlySpan<float> vector, Span<float> unit)
    {
        if (vector.Length != Dim) throw new ArgumentException($"The query has {vector.Length} values; this index has {Dim}.");
        var squares = 0.0;
        foreach (var value in vector) squares += (double)value * value;
        if (!double.IsFinite(squares) || squares == 0) throw new ArgumentException("The query is zero, or holds NaN or infinity.");
        var scale = 1 / Math.Sqrt(squares);
        for (var d = 0; d < vector.Length; d++) unit[d] = (float)(vector[d] * scale);
    }

    private void CheckRows(long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Count - count);
    }
}
