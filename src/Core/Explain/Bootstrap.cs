using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain;

/// <summary>A mean and where it may lie.</summary>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="Count">Values averaged.</param>
public readonly record struct Estimate(double Mean, double Low, double High, int Count);

/// <summary>95 % intervals of means by the bootstrap (Efron 1979), percentile method: whole images are drawn with replacement, since what is
/// measured on patches of one image is not independent.</summary>
public static class Bootstrap
{
    /// <summary>Samples drawn.</summary>
    public const int Resamples = 2000;

    /// <summary>Of an interval that is looked at alone.</summary>
    public const double Confidence = .95;

    /// <summary>The mean of values that belong to images.</summary>
    /// <param name="values">NaN where one is not defined: it is left out.</param>
    /// <param name="images">The image of each value.</param>
    /// <param name="seed">The same draws for the same seed, so that means of the same images are compared on the same samples.</param>
    /// <param name="confidence">Of the interval, above 0 and below 1; higher where several are looked at together.</param>
    /// <returns>Null where no value is defined.</returns>
    public static Estimate? Mean(IReadOnlyList<double> values, IReadOnlyList<int> images, long seed, double confidence = Confidence)
    {
        var (sums, counts) = ByImage(values, images);
        var count = (int)counts.Sum();
        if (count == 0) return null;
        var means = new List<double>(Resamples);
        for (var r = 0; r < Resamples; r++)
        {
            var random = new CounterRandom(seed, "bootstrap", r);
            var (sum, n) = (0.0, 0.0);
            for (var i = 0; i < sums.Length; i++)
            {
                var drawn = random.NextInt(sums.Length);
                (sum, n) = (sum + sums[drawn], n + counts[drawn]);
            }
            if (n > 0) means.Add(sum / n);
        }
        double[] sorted = [.. means.Order()];
        var tail = (1 - confidence) / 2;
        return new Estimate(sums.Sum() / count, Quantiles.Of(sorted, tail), Quantiles.Of(sorted, 1 - tail), count);
    }

    /// <summary>The mean of one value an image.</summary>
    public static Estimate? Mean(IReadOnlyList<double> values, long seed, double confidence = Confidence) =>
        Mean(values, [.. Enumerable.Range(0, values.Count)], seed, confidence);

    /// <summary>Images keep their places, also those without a value, so that the draws are the same for every measure.</summary>
    private static (double[] Sums, double[] Counts) ByImage(IReadOnlyList<double> values, IReadOnlyList<int> images)
    {
        if (values.Count != images.Count) throw new ArgumentException($"{values.Count} values of {images.Count} images.", nameof(images));
        var places = new Dictionary<int, int>();
        foreach (var image in images) places.TryAdd(image, places.Count);
        var (sums, counts) = (new double[places.Count], new double[places.Count]);
        for (var i = 0; i < values.Count; i++)
        {
            if (double.IsNaN(values[i])) continue;
            sums[places[images[i]]] += values[i];
            counts[places[images[i]]]++;
        }
        return (sums, counts);
    }
}
