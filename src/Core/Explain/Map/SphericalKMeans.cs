using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Explain.Map;

/// <summary>Groups of rows that point the same way: k-means by cosine (Dhillon and Modha 2001), begun by k-means++ (Arthur and Vassilvitskii 2007).</summary>
internal static class SphericalKMeans
{
    private const int MostRounds = 30;

    /// <summary>Rows that the first centres are chosen among.</summary>
    private const int Candidates = 2_000;

    /// <summary>Finds k centres on some rows.</summary>
    /// <param name="k">At most as many as there are rows.</param>
    /// <returns>(k, Stride) unit vectors.</returns>
    public static float[] Fit(MapRows rows, int k, long seed, CancellationToken cancel)
    {
        var centres = Start(rows, k, seed);
        var before = new int[rows.Count];
        for (var round = 0; round < MostRounds; round++)
        {
            var groups = new int[rows.Count];
            using var panels = new QueryPanels(centres, rows.Stride, rows.Stride);
            var parts = rows.Run(() => new Part(k, rows.Stride, panels.Stride), (part, first, count, block) =>
            {
                panels.Score(block, count, part.Scores);
                part.Add(block, first, count, groups);
            }, cancel);
            if (round > 0 && groups.AsSpan().SequenceEqual(before)) break;
            before = groups;
            centres = Centres(rows, parts, centres, k);
        }
        return centres;
    }

    /// <summary>The nearest centre of every row, numbered by the size of its group, the largest first.</summary>
    public static int[] Assign(MapRows rows, float[] centres, CancellationToken cancel)
    {
        var k = centres.Length / rows.Stride;
        var groups = new int[rows.Count];
        using var panels = new QueryPanels(centres, rows.Stride, rows.Stride);
        rows.Run(() => new float[MapRows.BlockRows * panels.Stride], (scores, first, count, block) =>
        {
            panels.Score(block, count, scores);
            for (var r = 0; r < count; r++) groups[first + r] = Best(scores.AsSpan(r * panels.Stride, k)).Group;
        }, cancel);
        var sizes = new int[k];
        foreach (var group in groups) sizes[group]++;
        var ranks = new int[k];
        foreach (var (group, rank) in Enumerable.Range(0, k).OrderByDescending(g => sizes[g]).Select((g, rank) => (g, rank))) ranks[group] = rank;
        return Array.ConvertAll(groups, g => ranks[g]);
    }

    /// <summary>The first centre anywhere, each further one with a chance that grows with the distance 1 - cosine to those before.</summary>
    private static float[] Start(MapRows rows, int k, long seed)
    {
        var random = new CounterRandom(seed, "map.centres", 0);
        var vectors = rows.Read(MapSample.Of(rows.Count, Math.Max(Candidates, k), seed, "map.candidates"));
        var (stride, count) = (rows.Stride, vectors.Length / rows.Stride);
        var distances = Enumerable.Repeat(double.MaxValue, count).ToArray();
        var centres = new float[k * stride];
        for (var (c, chosen) = (0, random.NextInt(count)); c < k; c++)
        {
            var centre = centres.AsSpan(c * stride, stride);
            vectors.AsSpan(chosen * stride, stride).CopyTo(centre);
            var sum = 0.0;
            for (var i = 0; i < count; i++)
            {
                distances[i] = Math.Min(distances[i], Math.Max(0, 1 - Dot(vectors.AsSpan(i * stride, stride), centre)));
                sum += distances[i];
            }
            var left = random.NextDouble() * sum;
            for (chosen = 0; chosen < count - 1 && (left -= distances[chosen]) >= 0; chosen++) { }
        }
        return centres;
    }

    /// <summary>The means of the groups at unit length. A group that lost all its rows starts again from the row that fits worst.</summary>
    private static float[] Centres(MapRows rows, Part[] parts, float[] old, int k)
    {
        var centres = new float[old.Length];
        var worst = parts.OrderBy(p => p.Worst.Score).First().Worst.Row;
        for (var c = 0; c < k; c++)
        {
            var sums = new double[rows.Stride];
            foreach (var part in parts)
            {
                for (var d = 0; d < sums.Length; d++) sums[d] += part.Sums[c * sums.Length + d];
            }
            var length = Math.Sqrt(sums.Sum(s => s * s));
            for (var d = 0; d < sums.Length; d++) centres[c * sums.Length + d] = length > 0 ? (float)(sums[d] / length) : old[c * sums.Length + d];
            if (length > 0 || worst < 0) continue;
            rows.Read([worst]).CopyTo(centres.AsSpan(c * sums.Length));
            worst = -1;
        }
        return centres;
    }

    private static (int Group, float Score) Best(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var g = 1; g < scores.Length; g++)
        {
            if (scores[g] > scores[best]) best = g;
        }
        return (best, scores[best]);
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var d = 0; d < a.Length; d++) sum += a[d] * b[d];
        return sum;
    }

    /// <summary>What a stripe of rows says about the groups.</summary>
    private sealed class Part(int k, int stride, int scoreStride)
    {
        public float[] Scores { get; } = new float[MapRows.BlockRows * scoreStride];

        /// <summary>(k, stride).</summary>
        public double[] Sums { get; } = new double[k * stride];

        /// <summary>The row farthest from its centre.</summary>
        public (int Row, float Score) Worst { get; private set; } = (-1, float.MaxValue);

        public void Add(ReadOnlySpan<float> block, int first, int count, int[] groups)
        {
            for (var r = 0; r < count; r++)
            {
                var (group, score) = Best(Scores.AsSpan(r * scoreStride, k));
                groups[first + r] = group;
                if (score < Worst.Score) Worst = (first + r, score);
                var sums = Sums.AsSpan(group * stride, stride);
                for (var d = 0; d < stride; d++) sums[d] += block[r * stride + d];
            }
        }
    }
}
