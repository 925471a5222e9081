using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>How k-means went.</summary>
/// <param name="Iterations">Lloyd's iterations done.</param>
/// <param name="Converged">True where the last one moved no point.</param>
/// <param name="Reseeded">Centres that lost all their points on the way and were put on the point farthest from its own.</param>
/// <param name="ExplainedVariance">Share of the sample's variance that lies between the codes, 0 to 1.</param>
public sealed record KMeansFit(int Iterations, bool Converged, int Reseeded, double ExplainedVariance);

/// <summary>k-means: seeded by k-means++ (Arthur and Vassilvitskii 2007), improved by Lloyd's iterations, in float64.</summary>
internal static class KMeans
{
    /// <summary>Rows compared with the centres at once: bounds the memory of the distances.</summary>
    private const int Rows = 4096;

    /// <param name="x">(n,D) float64 on the CPU.</param>
    /// <returns>(K,D) centres.</returns>
    /// <exception cref="JobFailedException">There are fewer different points than centres.</exception>
    public static (Tensor Centres, KMeansFit Fit) Fit(Tensor x, int k, long seed, int iterations, CancellationToken cancel)
    {
        using var seeds = Seed(x, k, seed, cancel);                                     // (K, D)
        return Improve(x, seeds, iterations, cancel);
    }

    /// <summary>Lloyd's iterations from given centres.</summary>
    /// <param name="seeds">(K,D); they stay as they are.</param>
    public static (Tensor Centres, KMeansFit Fit) Improve(Tensor x, Tensor seeds, int iterations, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var centres = seeds.clone();                                                    // (K, D)
        var (previous, reseeded, done, converged) = (Array.Empty<long>(), 0, 0, false);
        for (; done < iterations && !converged; done++)
        {
            cancel.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var (codes, distances, sums, counts) = Pass(x, centres);
            var means = sums / counts.clamp(1).unsqueeze(1);                            // (K, D)
            long[] empty = [.. counts.data<double>().ToArray().Index().Where(c => c.Item == 0).Select(c => (long)c.Index)];
            if (empty.Length > 0)
            {
                var (_, farthest) = distances.topk(empty.Length, 0, true, true);
                means.index_copy_(0, tensor(empty), x.index_select(0, farthest));
                reseeded += empty.Length;
            }
            var now = codes.data<long>().ToArray();
            converged = empty.Length == 0 && now.AsSpan().SequenceEqual(previous);
            previous = now;
            centres.copy_(means);
        }
        var inertia = Assign(x, centres).Distances.sum().item<double>();
        var total = (x - x.mean([0])).square().sum().item<double>();
        return (centres.MoveToOuterDisposeScope(), new KMeansFit(done, converged, reseeded, total > 0 ? 1 - (inertia / total) : 0));
    }

    /// <summary>The nearest centre of each point.</summary>
    /// <returns>(n) int64 and its squared distance (n) float64.</returns>
    public static (Tensor Codes, Tensor Distances) Assign(Tensor x, Tensor centres)
    {
        using var scope = NewDisposeScope();
        var (codes, distances) = (new List<Tensor>(), new List<Tensor>());
        var squares = centres.square().sum(1);                                          // (K)
        for (long first = 0; first < x.shape[0]; first += Rows)
        {
            var rows = x.narrow(0, first, Math.Min(Rows, x.shape[0] - first));          // (r, D)
            var (value, code) = (squares - (2 * rows.mm(centres.t()))).min(1);          // (r)
            codes.Add(code);
            distances.Add((value + rows.square().sum(1)).clamp(0));
        }
        return (cat(codes).MoveToOuterDisposeScope(), cat(distances).MoveToOuterDisposeScope());
    }

    /// <summary>One look at all points: sums (K,D) and counts (K) of those nearest to each centre.</summary>
    private static (Tensor Codes, Tensor Distances, Tensor Sums, Tensor Counts) Pass(Tensor x, Tensor centres)
    {
        var (codes, distances) = Assign(x, centres);
        var sums = zeros_like(centres);
        var counts = zeros(centres.shape[0], float64);
        for (long first = 0; first < x.shape[0]; first += Rows)
        {
            using var some = NewDisposeScope();
            var n = Math.Min(Rows, x.shape[0] - first);
            var member = nn.functional.one_hot(codes.narrow(0, first, n), centres.shape[0]).t().to(float64);                // (K, n)
            sums.add_(member.mm(x.narrow(0, first, n)));
            counts.add_(member.sum(1));
        }
        return (codes, distances, sums, counts);
    }

    /// <summary>k-means++: each further centre is a point drawn by its squared distance to the nearest one so far.</summary>
    private static Tensor Seed(Tensor x, int k, long seed, CancellationToken cancel)
    {
        var n = (int)x.shape[0];
        var random = new CounterRandom(seed, "cooccurrence k-means", 0);
        var chosen = new List<long> { random.NextInt(n) };
        var nearest = new double[n];
        nearest.AsSpan().Fill(double.PositiveInfinity);
        while (chosen.Count < k)
        {
            cancel.ThrowIfCancellationRequested();
            using (NewDisposeScope())
            {
                var distances = (x - x[chosen[^1]]).square().sum(1).data<double>();     // (n)
                for (var i = 0; i < n; i++) nearest[i] = Math.Min(nearest[i], distances[i]);
            }
            var total = nearest.Sum();
            if (total == 0)
                throw new JobFailedException($"The patches have only {chosen.Count} different contents: choose at most as many codes, got {k}.");
            chosen.Add(Drawn(nearest, random.NextDouble() * total));
        }
        return x.index_select(0, tensor(chosen.ToArray()));                             // (K, D)
    }

    private static int Drawn(double[] weights, double mark)
    {
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            last = i;
            if ((mark -= weights[i]) < 0) break;
        }
        return last;
    }
}
