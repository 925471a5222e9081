using Microsoft.Win32.SafeHandles;

namespace PatchSsl.Core.Search;

/// <summary>The bytes of an index file, kept in the map until this is disposed.</summary>
internal readonly unsafe ref struct PinnedBytes : IDisposable
{
    private readonly SafeMemoryMappedViewHandle _handle;
    private readonly byte* _start;

    public PinnedBytes(SafeMemoryMappedViewHandle handle)
    {
        _handle = handle;
        handle.AcquirePointer(ref _start);
    }

    public byte* At(long offset) => _start + offset;

    public ReadOnlySpan<ushort> Row(IndexHeader header, long row) =>
        new(_start + header.RowsAt + row * header.RowStride, header.RowStride / sizeof(ushort));

    public void Dispose() => _handle.ReleasePointer();
}
