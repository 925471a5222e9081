using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Search;

/// <summary>An index whose half-precision rows also lie on the device of libtorch, which searches them: the same answers as <see cref="IndexFile"/>'s.</summary>
/// <remarks>
/// :: Step 1: the device scores all rows in float32 and keeps more candidates than are wanted (<see cref="DeviceScan"/>).
/// :: Step 2: these are scored by the CPU, exactly as a scan of one query by it does.
/// :: Step 3: the k-th best of them is held against the best that any other row can be, which is the worst candidate's score and what both sums may be
/// rounded by. Where it is better, the answer is that of the CPU's scan of the half-precision rows, bit for bit; where it is not, such as among thousands
/// of equal rows, the CPU scans for that query.
/// The difference of each candidate's two scores also proves that the device adds as exactly as is assumed. Any number of threads may search at once;
/// the device has one search at a time. Dispose waits for it.
/// </remarks>
public sealed class DeviceIndex : IDisposable
{
    /// <summary>Candidates of a query at most; who wants more has the CPU's scan.</summary>
    private const int MostCandidates = 8192;

    /// <summary>Queries that a scan by the CPU takes together where their scores are to be those of single ones.</summary>
    private const int AtOnce = RowScorer.FewQueries;

    /// <summary>Of all indexes: a process has one device.</summary>
    private static readonly Lock Gate = new();

    private readonly IndexFile _index;
    private DeviceRows? _rows;
    private long _unsettled;

    /// <summary>Uploads the rows, once.</summary>
    /// <param name="index">Stays the caller's, and open as long as this is searched.</param>
    /// <param name="chunkRows">Rows that the device scores at a time; null (default) takes what suits. For tests.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The device has not the memory, or fails; nothing of it is kept.</exception>
    public DeviceIndex(IndexFile index, TorchRuntime runtime, int? chunkRows = null)
    {
        _index = index;
        using var map = index.Pin();
        _rows = new DeviceRows(map, index.Header, runtime.Device, chunkRows);
    }

    /// <summary>Bytes that an index takes on a device. A search takes some 150 MB beside them, whatever the index.</summary>
    public static long BytesOf(IndexFile index) => index.Count * index.Header.RowStride;

    /// <summary>Queries so far that the CPU scanned for after all.</summary>
    internal long Unsettled => Interlocked.Read(ref _unsettled);

    internal DeviceRows Rows => _rows ?? throw new ObjectDisposedException(nameof(DeviceIndex));

    /// <summary>As <see cref="IndexFile.SearchBatch"/>; scores are bit for bit those of single searches of an f16 index.</summary>
    /// <param name="queries">1 to 64.</param>
    /// <returns>One answer a query, in order.</returns>
    /// <exception cref="TorchUnavailableException">The device's scores are not those of float32.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The device fails, such as by a lack of memory.</exception>
    public IReadOnlyList<IReadOnlyList<Hit>> SearchBatch(IReadOnlyList<PatchQuery> queries, CancellationToken cancel = default)
    {
        var (vectors, options) = (_index.Units(queries), IndexFile.Options(queries));
        var found = new Hit[]?[options.Length];
        using var map = _index.Pin();
        // The device keeps the best of all rows, so those above a highest score would be all it finds: such a query is the CPU's.
        int[] modest = [.. Enumerable.Range(0, options.Length).Where(q => options[q].MaxScore is null && Keep(options[q]) <= MostCandidates)];
        if (modest.Length > 0)
        {
            // :: Step 1
            var (asked, wanted) = (Vectors(modest), Array.ConvertAll(modest, q => options[q]));
            DeviceCandidates[] candidates;
            lock (Gate) candidates = DeviceScan.Run(Rows, _index.Header, asked, wanted, Keep, cancel);
            // :: Step 2 and 3
            var settled = new Settling(map, _index.Header, asked, wanted).Run(candidates, cancel);
            for (var i = 0; i < modest.Length; i++) found[modest[i]] = settled[i];
        }
        foreach (var rest in Enumerable.Range(0, options.Length).Where(q => found[q] is null).ToArray().Chunk(AtOnce))
        {
            Interlocked.Add(ref _unsettled, rest.Length);
            var scanned = _index.ScanHalves(map, Vectors(rest), Array.ConvertAll(rest, q => options[q]), cancel);
            for (var i = 0; i < rest.Length; i++) found[rest[i]] = scanned[i];
        }
        return IndexFile.Scores(found!, queries);

        float[] Vectors(int[] of) => [.. of.SelectMany(q => vectors.AsSpan(q * _index.Dim, _index.Dim).ToArray())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            _rows?.Dispose();
            _rows = null;
        }
    }

    /// <summary>Candidates to keep: twice the rows wanted and some, so that the last is worse by more than rounding, and the excluded image's in addition.</summary>
    private int Keep(SearchOptions options)
    {
        var (each, entries) = options.OnePerImage ? (1, _index.Header.Images) : (_index.PatchesPerImage, _index.Count);
        return (int)Math.Min(int.MaxValue, Math.Min(entries, 2L * options.K + 64 + (options.ExcludeImage is null ? 0 : each)));
    }
}
