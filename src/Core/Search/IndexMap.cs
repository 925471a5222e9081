using Microsoft.Win32.SafeHandles;

namespace PatchSsl.Core.Search;

/// <summary>The bytes of an index file, kept in the map until this is disposed.</summary>
internal readonly unsafe ref struct IndexMap : IDisposable
{
    private readonly SafeMemoryMappedViewHandle _handle;
    private readonly byte* _start;

    public IndexMap(SafeMemoryMappedViewHandle handle)
    {
        _handle = handle;
        handle.AcquirePointer(ref _start);
    }

    public byte* At(long offset) => _start + offset;

    public ReadOnlySpan<ushort> Row(PatchIndexHeader header, long row) =>
        new(_start + header.RowsAt + row * header.RowStride, header.RowStride / sizeof(ushort));

    public void Dispose() => _handle.ReleasePointer();
}
