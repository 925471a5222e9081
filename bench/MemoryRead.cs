using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PatchSsl.Bench;

/// <summary>Reads a block of memory once, on every core, doing as little as possible with it: the limit for whatever must read as much.</summary>
internal sealed unsafe class MemoryRead : IDisposable
{
    private const long Chunk = 1 << 20, Step = 256;

    private readonly byte* _start;
    private readonly long _bytes;
    private readonly Action _free;
    private ulong _sum;

    /// <summary>Memory of its own.</summary>
    public MemoryRead(long bytes)
    {
        _bytes = (bytes + Step - 1) / Step * Step;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)_bytes, 64);
        NativeMemory.Fill(_start, (nuint)_bytes, 1);
        _free = () => NativeMemory.AlignedFree(_start);
    }

    private MemoryRead(MemoryMappedFile file, MemoryMappedViewAccessor view, long offset, long bytes)
    {
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + offset;
        _bytes = bytes / Step * Step;
        _free = () =>
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        };
    }

    /// <summary>Part of a file, mapped.</summary>
    public static MemoryRead Mapped(string path, long offset, long bytes)
    {
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        return new MemoryRead(file, file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), offset, bytes);
    }

    public void Pass()
    {
        var next = -1L;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            var (a, b, c, d) = (Vector512<ulong>.Zero, Vector512<ulong>.Zero, Vector512<ulong>.Zero, Vector512<ulong>.Zero);
            for (long first; (first = Interlocked.Increment(ref next) * Chunk) < _bytes;)
            {
                var end = _start + Math.Min(_bytes, first + Chunk);
                for (var p = _start + first; p < end; p += Step)
                {
                    a += Vector512.Load((ulong*)p);
                    b += Vector512.Load((ulong*)(p + 64));
                    c += Vector512.Load((ulong*)(p + 128));
                    d += Vector512.Load((ulong*)(p + 192));
                }
            }
            Interlocked.Add(ref _sum, Vector512.Sum(a + b + c + d));
        });
    }

    public void Dispose() => _free();
}
