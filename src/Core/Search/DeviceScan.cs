using PatchSsl.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Search;

/// <summary>What a device found for a query.</summary>
/// <param name="Hits">Rows, or the first rows of images where one row an image is wanted, with the scores the device gives them.</param>
/// <param name="Rest">No row that passes the filters and is not among them scores more on the device; -∞ where all that pass are among them.</param>
internal readonly record struct DeviceCandidates(Hit[] Hits, float Rest);

/// <summary>One pass of some queries over the rows that lie on a device.</summary>
/// <remarks>
/// <code>
/// queries (M,S) · rowsᵀ (S,n), float32 ─ images that do not pass: -∞ ─┬─ (m,n) ──────────────── best of all chunks ─┬─ host
///                                                                     └─ (m,n/p,p) max (m,n/p) ─ best of all chunks ─┘
/// </code>
/// The device is waited for once, at the end, however many chunks there are.
/// </remarks>
internal static class DeviceScan
{
    /// <param name="queries">(M, dim) unit vectors.</param>
    /// <param name="keep">Candidates of a query, by its options.</param>
    /// <returns>One a query, in order.</returns>
    public static DeviceCandidates[] Run(DeviceRows rows, IndexHeader header, float[] queries, SearchOptions[] options, Func<SearchOptions, int> keep, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // Queries for rows come first, queries for images after them, so that each kind is a run of rows of the scores.
        int[] order = [.. Enumerable.Range(0, options.Length).OrderBy(q => options[q].OnePerImage)];
        Group[] groups = [.. order.GroupBy(q => options[q].OnePerImage).Select(g => new Group([.. g], g.Key ? header.PatchesPerImage : 1, g.Max(q => keep(options[q]))))];
        var vectors = ToDevice.To(rows.Device, Vectors(queries, header.Dim, rows.Stride, order));             // (M, S)
        var filters = new ImageFilters(order, options, rows.Device);
        for (var c = 0; c < rows.Chunks.Count; c++)
        {
            cancel.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var first = (long)c * rows.ChunkRows;
            var scores = vectors.mm(rows.Chunks[c].to(ScalarType.Float32).t());         // (M, n)
            filters.Hide(scores, first / header.PatchesPerImage, header.PatchesPerImage);
            var row = 0;
            foreach (var group in groups)
            {
                var own = scores.narrow(0, row, group.Queries.Length);                  // (m, n)
                if (group.Rows > 1) own = own.view(own.shape[0], -1, group.Rows).amax([2]);                 // (m, n / p)
                group.Best.Take(own, first / group.Rows);
                row += group.Queries.Length;
            }
        }
        var found = Read(groups, rows.Device);
        var candidates = new DeviceCandidates[options.Length];
        foreach (var (group, (scores, entries)) in groups.Zip(found))
        {
            var width = scores.Length / group.Queries.Length;
            for (var i = 0; i < group.Queries.Length; i++)
            {
                var q = group.Queries[i];
                candidates[q] = Candidates(
                    scores.AsSpan(i * width, width), entries.AsSpan(i * width, width), group.Rows, options[q].ExcludeImage, header, all: width == header.Count / group.Rows);
            }
        }
        return candidates;
    }

    private static DeviceCandidates Candidates(ReadOnlySpan<float> scores, ReadOnlySpan<long> entries, int rows, int? exclude, IndexHeader header, bool all)
    {
        var (hits, rest) = (new List<Hit>(scores.Length), float.PositiveInfinity);
        for (var i = 0; i < scores.Length; i++)
        {
            // NaN stays.
            if (scores[i] < rest || float.IsNaN(scores[i])) rest = scores[i];
            var row = entries[i] * rows;
            if (!float.IsNegativeInfinity(scores[i]) && row / header.PatchesPerImage != exclude) hits.Add(new Hit(row, scores[i]));
        }
        return new DeviceCandidates([.. hits], all ? float.NegativeInfinity : rest);
    }

    private static Tensor Vectors(float[] queries, int dim, int stride, int[] order)
    {
        var padded = new float[order.Length * stride];
        for (var i = 0; i < order.Length; i++) queries.AsSpan(order[i] * dim, dim).CopyTo(padded.AsSpan(i * stride));
        return tensor(padded, [order.Length, stride]);
    }

    private static (float[] Scores, long[] Entries)[] Read(Group[] groups, Device device)
    {
        var pairs = groups.SelectMany(g => new[] { g.Best.Scores!, g.Best.Entries! }).Select(from => (From: from, To: Host(from, device))).ToArray();
        HostSync.Read(pairs, device);
        return [.. groups.Select((_, g) => (pairs[2 * g].To.data<float>().ToArray(), pairs[2 * g + 1].To.data<long>().ToArray()))];
    }

    private static Tensor Host(Tensor like, Device device)
    {
        var host = empty(like.shape, like.dtype);
        return device.type == DeviceType.CUDA ? host.pin_memory() : host;
    }

    /// <summary>Queries of one kind.</summary>
    /// <param name="Rows">Of an entry: 1, or all of an image.</param>
    private sealed record Group(int[] Queries, int Rows, int Keep)
    {
        public DeviceBest Best { get; } = new(Keep);
    }
}
