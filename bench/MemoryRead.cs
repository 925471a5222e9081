using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PatchSsl.Bench;

/// <summary>Reads a block of memory once, on every core, doing as little as possible with it: the limit for whatever must read as much.</summary>
internal sealed unsafe class MemoryRead : IDisposable
{
    private const nuint Chunk = 1 << 20;

    private readonly byte* _start;
    private readonly nuint _chunks;
    private ulong _sum;

    public MemoryRead(long bytes)
    {
        _chunks = ((nuint)bytes + Chunk - 1) / Chunk;
        _start = (byte*)NativeMemory.AlignedAlloc(_chunks * Chunk, 64);
        NativeMemory.Fill(_start, _chunks * Chunk, 1);
    }

    public void Pass()
    {
        var cores = Environment.ProcessorCount;
        var next = -1L;
        Parallel.For(0, cores, _ =>
        {
            var (a, b, c, d) = (Vector512<ulong>.Zero, Vector512<ulong>.Zero, Vector512<ulong>.Zero, Vector512<ulong>.Zero);
            for (long chunk; (chunk = Interlocked.Increment(ref next)) < (long)_chunks;)
            {
                var p = _start + (nuint)chunk * Chunk;
                for (var end = p + Chunk; p < end; p += 256)
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

    public void Dispose() => NativeMemory.AlignedFree(_start);
}
