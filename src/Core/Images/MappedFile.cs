using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace PatchSsl.Core.Images;

/// <summary>An immutable file mapped for reading. Its length is checked first: a map beyond a file's end kills the process that touches
/// it.</summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;

    /// <exception cref="InvalidDataException">The file is missing or has another length than it should.</exception>
    public MappedFile(string directory, StoreFile file)
    {
        Name = file.Name;
        Length = file.Bytes;
        Check(directory, file);
        if (file.Bytes == 0) return; // nothing can be mapped of an empty file
        var stream = new FileStream(Path.Combine(directory, file.Name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, file.Bytes, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <exception cref="InvalidDataException">The file is missing or has another length than it should.</exception>
    public static void Check(string directory, StoreFile file)
    {
        var found = new FileInfo(Path.Combine(directory, file.Name));
        if (!found.Exists) throw new InvalidDataException($"Image store: {file.Name} is missing.");
        if (found.Length != file.Bytes)
            throw new InvalidDataException($"Image store: {file.Name} has {found.Length} bytes, the manifest says {file.Bytes}.");
    }

    public string Name { get; }

    public long Length { get; }

    /// <summary>Bytes of the map; valid until it is disposed of.</summary>
    /// <exception cref="InvalidDataException">The range is not inside the file.</exception>
    public ReadOnlySpan<byte> Slice(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || count is < 0 or > int.MaxValue || offset > Length - count)
            throw new InvalidDataException($"Image store: bytes {offset} to {offset + count} are outside {Name} ({Length} bytes).");
        return new ReadOnlySpan<byte>(_start + offset, (int)count);
    }

    /// <summary>Tells the kernel that these bytes will be read soon: it starts to fetch those that are not in memory, and nobody waits.</summary>
    public void Announce(long offset, long count)
    {
        const int willNeed = 3; // MADV_WILLNEED
        if (!OperatingSystem.IsLinux() || Slice(offset, count).IsEmpty) return;
        var first = offset / Environment.SystemPageSize * Environment.SystemPageSize;
        _ = Advise(_start + first, (nuint)(offset + count - first), willNeed); // advice: where it is not taken, reading waits as it would have
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* address, nuint length, int advice);

    private bool _disposed;

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        if (_view is not null) _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _map?.Dispose();
    }
}
