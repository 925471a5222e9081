using System.Diagnostics;

namespace PatchSsl.Bench;

/// <summary>Times several things in turn, so that a slow moment of the machine falls on all of them.</summary>
internal static class Rounds
{
    /// <returns>Median milliseconds of each, after two rounds to warm up.</returns>
    public static double[] MedianMilliseconds(int rounds, params Action[] actions)
    {
        const int warmUp = 2;
        var times = Array.ConvertAll(actions, _ => new List<double>());
        for (var round = -warmUp; round < rounds; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                actions[i]();
                if (round >= 0) times[i].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
        return Array.ConvertAll(times, t => t.Order().ElementAt(t.Count / 2));
    }
}
