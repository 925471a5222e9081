using System.Runtime.InteropServices;

namespace PatchSsl.Core.Tests.Runtime;

/// <summary>Does the same work several times, and takes memory in odd pieces in between, so that whatever the work allocates lies elsewhere.</summary>
internal static class MovedMemory
{
    private const int Times = 3, Pieces = 50;

    /// <summary>The next array after a piece, or what falls into the hole that a piece leaves, starts this many bytes further on in a line of the cache.</summary>
    private const int Further = 8;

    /// <summary>Fails where a time gives another result than the first.</summary>
    public static void GivesTheSame(Func<string> work)
    {
        var first = work();
        var arrays = new List<byte[]>();
        var blocks = new List<IntPtr>();
        for (var time = 1; time < Times; time++)
        {
            for (var piece = 0; piece < Pieces; piece++)
            {
                arrays.Add(new byte[1000 * piece + Further * time]);
                var (kept, hole) = (Block(1013 * piece + Further * time), Block(2029 * piece + Further * time));
                blocks.Add(kept);
                Marshal.FreeHGlobal(hole);
            }
            Assert.Equal(first, work());
        }
        GC.KeepAlive(arrays);
        blocks.ForEach(Marshal.FreeHGlobal);
    }

    private static IntPtr Block(int bytes) => Marshal.AllocHGlobal(bytes);
}
