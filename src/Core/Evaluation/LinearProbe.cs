using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Evaluation;

/// <summary>A linear classifier on vectors that stay as they are.</summary>
/// <remarks>
/// The learning rate is chosen on a class-balanced part of train that is held out of training, then three seeds train on all of it. Neither step is
/// given a test vector or label: <see cref="Right"/> asks the finished classifiers. The last epoch counts, never the best.
/// </remarks>
internal sealed class LinearProbe : IDisposable
{
    /// <summary>Rates that are tried.</summary>
    public static readonly double[] Rates = [.001, .003, .01, .03, .1, .3, 1];

    /// <summary>Of each class, one train image in so many chooses the rate.</summary>
    public const int ValidationOneIn = 5;

    /// <summary>Classifiers that the mean and the deviation are taken over.</summary>
    public const int Seeds = 3;

    /// <summary>Epochs to choose the rate, and to train with it.</summary>
    public const int EpochsInAll = 2 * SoftmaxTraining.Epochs;

    /// <summary>Share of the memory at hand that the train vectors may take.</summary>
    private const double MemoryShare = .5;

    private readonly Tensor _mean;      // (D)
    private readonly Tensor _scale;     // (D)
    private readonly Tensor _weights;   // (D, seeds·C)
    private readonly Tensor _bias;      // (seeds·C)
    private readonly int _classes;

    private LinearProbe(Tensor mean, Tensor scale, Tensor weights, Tensor bias, double rate, int classes)
    {
        (_mean, _scale, _weights, _bias) = (mean, scale, weights, bias);
        (LearningRate, _classes) = (rate, classes);
    }

    /// <summary>The rate that was best on the validation part.</summary>
    public double LearningRate { get; }

    /// <summary>Images of a batch: 256, or a sixteenth of train where that is less, but 16 at least.</summary>
    public static int BatchSize(int train) => Math.Min(train, Math.Clamp(train / 16, 16, 256));

    /// <param name="vectors">Its first rows are the train images'; later ones are not looked at.</param>
    /// <param name="labels">Of the train images, 0 to <paramref name="classes"/> - 1.</param>
    /// <param name="epoch">Told of every epoch, <see cref="EpochsInAll"/> times.</param>
    /// <exception cref="JobFailedException">The vectors do not fit into memory.</exception>
    public static LinearProbe Fit(FeatureFile vectors, int[] labels, int classes, long seed, Device device, Action epoch, CancellationToken cancel)
    {
        CheckMemory(labels.Length, vectors.Dim, device);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var x = Load(vectors, labels.Length, device, cancel);                           // (n, D)
        var mean = x.mean([0]);                                                         // (D)
        var scale = Scale(x, mean);                                                     // (D)
        x.sub_(mean).mul_(scale);
        var y = tensor(Array.ConvertAll(labels, l => (long)l), device: device);         // (n)
        var training = new SoftmaxTraining(x, y, classes, seed, epoch, cancel);

        var (fitted, validation) = Validation(labels, seed);
        double rate;
        using (var choice = training.Run(fitted, seeds: 1, Rates)) rate = Rates[Best(choice, training, validation)];
        using var final = training.Run([.. Enumerable.Range(0, labels.Length)], Seeds, [rate]);
        return new LinearProbe(
            mean.DetachFromDisposeScope(), scale.DetachFromDisposeScope(),
            final.Weights.permute(1, 0, 2).flatten(1).contiguous().DetachFromDisposeScope(), final.Bias.flatten().contiguous().DetachFromDisposeScope(),
            rate, classes);
    }

    /// <summary>Answers of each seed's classifier: 1 where an image's is right, else 0.</summary>
    /// <param name="first">First row that is asked.</param>
    /// <param name="labels">Of the rows that are asked; one that no classifier knows counts as wrong.</param>
    public byte[][] Right(FeatureFile vectors, int first, int[] labels, CancellationToken cancel)
    {
        byte[][] right = [.. Enumerable.Range(0, Seeds).Select(_ => new byte[labels.Length])];
        for (var done = 0; done < labels.Length; done += vectors.Block)
        {
            cancel.ThrowIfCancellationRequested();
            var count = Math.Min(vectors.Block, labels.Length - done);
            var answers = Answers(vectors, first + done, count);
            for (var i = 0; i < answers.Length; i++)
            {
                var image = done + (i / Seeds);
                if (answers[i] == labels[image]) right[i % Seeds][image] = 1;
            }
        }
        return right;
    }

    public void Dispose()
    {
        foreach (var state in new[] { _mean, _scale, _weights, _bias }) state.Dispose();
    }

    /// <returns>(count, seeds) classes.</returns>
    private long[] Answers(FeatureFile vectors, int first, int count)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var rows = new float[count * vectors.Dim];
        vectors.Read(first, rows);
        var x = tensor(rows, device: _mean.device).view(count, vectors.Dim).sub_(_mean).mul_(_scale);        // (b, D)
        return x.mm(_weights).add_(_bias).view(count, Seeds, _classes).argmax(-1).to(CPU).data<long>().ToArray();
    }

    private static Tensor Load(FeatureFile vectors, int count, Device device, CancellationToken cancel)
    {
        var x = empty([count, vectors.Dim], ScalarType.Float32, device);                // (n, D)
        for (var first = 0; first < count; first += vectors.Block)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var rows = new float[Math.Min(vectors.Block, count - first) * vectors.Dim];
            vectors.Read(first, rows);
            x.narrow(0, first, rows.Length / vectors.Dim).copy_(tensor(rows).view(-1, vectors.Dim));
        }
        return x;
    }

    /// <summary>1 / deviation; 0 for a value that is the same in all images but for rounding.</summary>
    private static Tensor Scale(Tensor x, Tensor mean)
    {
        var deviation = x.std(0, unbiased: false);
        return where(deviation > (mean.abs() * 1e-6).clamp_min(1e-12), deviation.reciprocal(), zeros_like(deviation));
    }

    /// <summary>Rows that train and rows that choose the rate, of every class that has two or more.</summary>
    private static (int[] Fitted, int[] Validation) Validation(int[] labels, long seed)
    {
        var (fitted, validation) = (new List<int>(), new List<int>());
        foreach (var ofClass in Enumerable.Range(0, labels.Length).GroupBy(i => labels[i]))
        {
            var rows = ofClass.ToArray();
            new CounterRandom(seed, "probe validation", ofClass.Key).Shuffle<int>(rows);
            var held = rows.Length < 2 ? 0 : Math.Max(1, rows.Length / ValidationOneIn);
            validation.AddRange(rows.AsSpan(0, held));
            fitted.AddRange(rows.AsSpan(held));
        }
        return ([.. fitted.Order()], [.. validation.Order()]);
    }

    /// <summary>The rate with the most right answers; of equals, the one with the least cross-entropy.</summary>
    private static int Best(SoftmaxWeights choice, SoftmaxTraining training, int[] validation)
    {
        var (right, loss) = training.Measure(choice, validation);
        var best = -1;
        for (var r = 0; r < right.Length; r++)
        {
            if (!double.IsFinite(loss[r])) continue;
            if (best < 0 || right[r] > right[best] || (right[r] == right[best] && loss[r] < loss[best])) best = r;
        }
        return best >= 0 ? best : throw new JobFailedException("The linear probe diverged at every learning rate: the vectors cannot be told apart.");
    }

    private static void CheckMemory(int rows, int dim, Device device)
    {
        var (needed, room) = (4.0 * rows * dim, MemoryShare * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        if (device.type != DeviceType.CUDA && needed > room)
        {
            throw new JobFailedException(FormattableString.Invariant(
                $"A linear probe on {rows} train images with {dim} values each takes {needed / 1e9:0.#} GB of memory; {room / 1e9:0.#} GB can be used: set split.maxTrainImages."));
        }
    }
}
