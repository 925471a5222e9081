using PatchSsl.Core.Measures;
using PatchSsl.Core.Models;
using PatchSsl.Core.Search;
using static TorchSharp.torch;

namespace PatchSsl.Core.Evaluation;

/// <summary>Asks one set of features what the test images are, in each way of the evaluation.</summary>
/// <param name="settings">Of kNN, k no larger than the bank.</param>
internal sealed class Classifiers(EvaluationSplit split, IReadOnlyList<KnnSetting> settings, long seed, Device device)
{
    /// <summary>Neighbours, and values of queries, that are held at once: a search takes as many queries as both allow.</summary>
    private const long HitsAtOnce = 16 << 20, ValuesAtOnce = 64 << 20;

    /// <summary>Weighted kNN in every setting: a search of the bank in blocks, a group of queries at a time.</summary>
    public IEnumerable<Answers> Knn(string of, FeatureSet features, CancellationToken cancel)
    {
        var (file, most) = (features.File, settings.Max(s => s.K));
        var together = (int)Math.Clamp(Math.Min(HitsAtOnce / most, ValuesAtOnce / file.Dim), 1, split.Test.Length);
        (int, double)[] pairs = [.. settings.Select(s => (s.K, s.Temperature))];
        byte[][] right = [.. settings.Select(_ => new byte[split.Test.Length])];
        for (var first = 0; first < split.Test.Length; first += together)
        {
            var count = Math.Min(together, split.Test.Length - first);
            using var search = new FloatSearch(file.Unit(split.Train.Length + first, count), file.Dim, most);
            for (var row = 0; row < split.Train.Length; row += file.Block)
                search.Add(file.Unit(row, Math.Min(file.Block, split.Train.Length - row)), cancel);
            var some = WeightedKnn.Right(search, split.TrainLabels, split.TestLabels.AsSpan(first, count), pairs);
            for (var s = 0; s < right.Length; s++) some[s].CopyTo(right[s], first);
        }
        return settings.Zip(right, (setting, r) => new Answers(
            new EvaluationScore(
                of, "knn", features.Vectors, features.Patches, (double)r.Sum(isRight => isRight) / split.Test.Length, K: setting.K,
                Temperature: setting.Temperature),
            r));
    }

    /// <summary>A linear probe: mean and sample standard deviation over its seeds.</summary>
    public Answers Linear(string of, FeatureSet features, Action epoch, CancellationToken cancel)
    {
        using var probe = LinearProbe.Fit(features.File, split.TrainLabels, split.Classes, seed, device, epoch, cancel);
        var right = probe.Right(features.File, split.Train.Length, split.TestLabels, cancel);
        double[] accuracies = [.. right.Select(r => (double)r.Sum(isRight => isRight) / split.Test.Length)];
        var mean = accuracies.Average();
        var deviation = Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / (accuracies.Length - 1));
        var score = new EvaluationScore(of, "linear", features.Vectors, features.Patches, mean, deviation, LearningRate: probe.LearningRate);
        return new Answers(score, [.. split.Test.Select((_, i) => (byte)right.Sum(r => r[i]))], right.Length);
    }

    /// <summary>Cosine between each test image's whole-image vector and its bag.</summary>
    public BagAgreement Agreement(VectorSpace space, string patches, FeatureFile whole, FeatureFile bags)
    {
        var (sum, squares) = (0.0, 0.0);
        for (var first = 0; first < split.Test.Length; first += whole.Block)
        {
            var count = Math.Min(whole.Block, split.Test.Length - first);
            var (one, other) = (whole.Unit(split.Train.Length + first, count), bags.Unit(split.Train.Length + first, count));
            for (var i = 0; i < count; i++)
            {
                var cosine = 0.0;
                for (var d = i * whole.Dim; d < (i + 1) * whole.Dim; d++) cosine += (double)one[d] * other[d];
                (sum, squares) = (sum + cosine, squares + (cosine * cosine));
            }
        }
        var mean = sum / split.Test.Length;
        return new BagAgreement(space, patches, mean, Math.Sqrt(Math.Max(0, (squares / split.Test.Length) - (mean * mean))));
    }
}
