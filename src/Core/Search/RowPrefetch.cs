using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PatchSsl.Core.Search;

/// <summary>Asks for rows before their turn.</summary>
/// <remarks>
/// A processor's own look-ahead stops where a page of 4 KB ends, which is every few rows; a scan without this waits for memory at each of
/// them. To ask beyond the end of the file does no harm.
/// </remarks>
internal static unsafe class RowPrefetch
{
    /// <summary>How far ahead: a page, which measured best; far enough for memory to answer, near enough to stay in the first cache.</summary>
    private const int Ahead = 4096;

    /// <summary>One cache line of each of four rows.</summary>
    /// <param name="at">Where the first of four rows is being read now.</param>
    /// <param name="stride">Bytes from row to row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four(void* at, int stride)
    {
        if (!Sse.IsSupported) return;
        var next = (byte*)at + Ahead;
        Sse.Prefetch0(next);
        Sse.Prefetch0(next + stride);
        Sse.Prefetch0(next + 2 * stride);
        Sse.Prefetch0(next + 3 * stride);
    }

    /// <summary>A row that is read soon.</summary>
    public static void Row(void* row, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (var i = 0; i < bytes; i += 64) Sse.Prefetch0((byte*)row + i);
    }
}
