using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Map;

/// <summary>Which rows of an index a map shows, and which of these it is fitted on.</summary>
internal static class MapSample
{
    /// <summary>Some numbers below <paramref name="total"/>, each equally likely, none twice, ascending: all of them where they fit.</summary>
    /// <remarks>Floyd's sampling (Bentley and Floyd 1987): as many draws as numbers, whatever the total.</remarks>
    /// <param name="stream">What they are for: other uses of a seed draw others.</param>
    public static long[] Of(long total, int count, long seed, string stream)
    {
        if (total <= count) return [.. Range(total)];
        var random = new CounterRandom(seed, stream, 0);
        var taken = new HashSet<long>(count);
        for (var last = total - count; last < total; last++)
        {
            var drawn = (long)Math.BigMul(random.NextUInt64(), (ulong)(last + 1), out _);
            if (!taken.Add(drawn)) taken.Add(last);
        }
        var sample = taken.ToArray();
        Array.Sort(sample);
        return sample;
    }

    private static IEnumerable<long> Range(long total)
    {
        for (var i = 0L; i < total; i++) yield return i;
    }
}
