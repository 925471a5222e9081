using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Search;

/// <summary>The half-precision rows of an index on a device, uploaded once, in chunks of whole images.</summary>
/// <remarks>A search widens one chunk after the other, so what it takes beside the rows does not grow with them.</remarks>
internal sealed unsafe class DeviceRows : IDisposable
{
    /// <summary>A chunk at most: as many bytes as a GPU takes efficiently, and page-locked memory the host can spare.</summary>
    private const int MostBytes = 32 << 20;

    /// <summary>Bounds the scores of a chunk, 64 queries by as many rows, to the same 32 MB.</summary>
    private const int MostRows = 1 << 17;

    private readonly List<Tensor> _chunks = [];

    /// <param name="map">Read here and no later.</param>
    /// <param name="chunkRows">Rows of a chunk, rounded down to whole images but to one at least; null takes what suits.</param>
    public DeviceRows(PinnedBytes map, IndexHeader header, Device device, int? chunkRows = null)
    {
        Device = device;
        Stride = header.RowStride / sizeof(ushort);
        var most = chunkRows ?? Math.Min(MostRows, MostBytes / header.RowStride);
        ChunkRows = Math.Max(1, most / header.PatchesPerImage) * header.PatchesPerImage;
        using var scope = NewDisposeScope();
        for (var first = 0L; first < header.Count; first += ChunkRows)
        {
            using var step = NewDisposeScope();
            var host = empty([Math.Min(ChunkRows, header.Count - first), Stride], ScalarType.Float16);
            new ReadOnlySpan<byte>(map.At(header.RowsAt + first * header.RowStride), checked((int)(host.shape[0] * header.RowStride))).CopyTo(host.bytes);
            _chunks.Add(ToDevice.To(device, host).MoveToOuterDisposeScope());             // (n, S)
        }
        // Only now that all of them are there: where one does not fit, the scope lets go of the others.
        foreach (var chunk in _chunks) chunk.DetachFromDisposeScope();
    }

    public Device Device { get; }

    /// <summary>S, values of a row with its padding of zeros.</summary>
    public int Stride { get; }

    /// <summary>Rows of every chunk but the last, which may have fewer.</summary>
    public int ChunkRows { get; }

    /// <summary>Each (n, S) float16.</summary>
    public IReadOnlyList<Tensor> Chunks => _chunks;

    public void Dispose()
    {
        foreach (var chunk in _chunks) chunk.Dispose();
    }
}
