using System.Buffers.Binary;
using System.Security.Cryptography;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.ClosedForm;

/// <summary>What is trained.</summary>
/// <param name="Joint">Where the pairs come from.</param>
/// <param name="Dimension">d, 1 to <see cref="MostDimensions"/>.</param>
/// <param name="Steps"><see cref="FewestSteps"/> to <see cref="MostSteps"/>; default 300.</param>
/// <param name="Seed">Of the first table and of the pairs.</param>
public sealed record ClosedFormSpec(JointDistribution Joint, int Dimension, int Steps = ClosedFormSpec.DefaultSteps, long Seed = 0)
{
    public const int MostDimensions = 64, FewestSteps = 20, MostSteps = 2000, DefaultSteps = 300;

    /// <summary>Raised when training changes, so that results before and after are not taken for the same.</summary>
    private const int Edition = 1;

    /// <summary>SHA-256 of everything that the result depends on, in hexadecimal.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        foreach (var number in (ReadOnlySpan<long>)[Edition, Joint.Symbols, Dimension, Steps, Seed]) Add(number, bytes);
        foreach (var p in Joint.Rows.SelectMany(row => row).Select(BitConverter.DoubleToInt64Bits).ToArray()) Add(p, bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(long number, Span<byte> room)
        {
            BinaryPrimitives.WriteInt64LittleEndian(room, number);
            hash.AppendData(room);
        }
    }
}

/// <summary>The closed-form experiment: trains a table on pairs, and sets what was learned beside the theory.</summary>
/// <remarks>
/// On the CPU in float64 with one thread: the same spec gives the same numbers, bit for bit, on one machine.
/// <code>
/// p(i,j) ─┬─ pairs ─ table ─ spectral ─ products ─┬─ compared
///         └─ D^-½ P D^-½ ─ eigenvalues ─ best ────┘
/// </code>
/// </remarks>
public static class ClosedFormRun
{
    /// <summary>Frames of a run beside the first, evenly spread over the steps.</summary>
    public const int Frames = 40;

    /// <param name="show">Told the frames while it trains, on another thread.</param>
    /// <exception cref="ArithmeticException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">Within a step of being cancelled.</exception>
    public static ClosedFormResult Run(ClosedFormSpec spec, Action<ClosedFormFrame>? show, CancellationToken cancel) =>
        OwnThread.Run(() => Train(spec, show, cancel));

    private static ClosedFormResult Train(ClosedFormSpec spec, Action<ClosedFormFrame>? show, CancellationToken cancel)
    {
        // :: Step 1: what should come out
        var theory = SpectralTheory.Of(spec.Joint, spec.Dimension);

        // :: Step 2: what comes out
        var curve = new List<LossPoint>();
        var learned = Learn(spec, shuffled: false, frame =>
        {
            curve.Add(new LossPoint(frame.Step, frame.Loss, frame.BatchLoss, frame.R2));
            show?.Invoke(frame);
        }, theory, cancel);

        // :: Step 3: what comes out where there is nothing to learn
        var shuffled = Learn(spec, shuffled: true, null, theory, cancel);

        if (!double.IsFinite(theory.Loss(learned) + theory.Loss(shuffled)))
            throw new ArithmeticException("Training diverged: a symbol is too rare for the pairs of a batch. Give the rarest ones more probability.");

        // :: Step 4: compare
        var (values, vectors) = Matrices.Eigen(Gram(spec.Joint, learned));
        return new ClosedFormResult(
            theory, spec, spec.Sha256(), learned, ToRatio(spec.Joint, learned),
            theory.IsUnique ? ProductFit.Of((i, j) => theory.Best[i][j], learned, spec.Joint.Marginals) : null,
            values, Angles(theory, vectors), theory.Loss(learned), curve, Control(spec.Joint, shuffled));
    }

    private static double[][] Learn(ClosedFormSpec spec, bool shuffled, Action<ClosedFormFrame>? show, SpectralTheory theory, CancellationToken cancel)
    {
        using var training = new TableTraining(spec.Joint, spec.Dimension, spec.Steps, spec.Seed, shuffled);
        double? batchLoss = null;
        Show(0);
        for (var step = 0; step < spec.Steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            batchLoss = training.Step(step);
            // Evenly spread, the last step always among them.
            if ((step + 1) * Frames / spec.Steps > step * Frames / spec.Steps) Show(step + 1);
        }
        return training.Products();

        void Show(int step)
        {
            if (show is null) return;
            var products = training.Products();
            show(new ClosedFormFrame(step, theory.Loss(products), batchLoss, ToRatio(spec.Joint, products).R2, products));
        }
    }

    private static ProductFit ToRatio(JointDistribution joint, double[][] products) => ProductFit.Of(joint.Ratio, products, joint.Marginals);

    /// <summary>√p(i) √p(j) z_i·z_j: what stands beside A.</summary>
    private static double[][] Gram(JointDistribution joint, double[][] products) =>
        Matrices.Make(joint.Symbols, (i, j) => Math.Sqrt(joint.Marginals[i] * joint.Marginals[j]) * products[i][j]);

    private static SubspaceFit? Angles(SpectralTheory theory, double[][] learned)
    {
        if (theory.Cut == 0) return null;
        using var scope = NewDisposeScope();
        var (ours, theirs) = (Matrices.Tensor(learned[..theory.Cut]), Matrices.Tensor(theory.Eigenvectors[..theory.Cut]));       // (k, n)
        // The sine where the angle is small: a cosine near 1 has no digits left for it.
        var sines = linalg.svdvals(ours - ours.mm(theirs.t()).mm(theirs)).clamp_max(1);
        var angles = sines.asin().mul(180 / Math.PI).data<double>().ToArray();
        return new SubspaceFit(theory.Cut, theory.Eigenvalues[theory.Cut - 1] - theory.Eigenvalues[theory.Cut], [.. angles.Order().Take(theory.Cut)]);
    }

    private static ShuffledControl Control(JointDistribution joint, double[][] products)
    {
        var variance = 0.0;
        for (var i = 0; i < joint.Symbols; i++)
            for (var j = 0; j < joint.Symbols; j++) variance += joint.Marginals[i] * joint.Marginals[j] * (products[i][j] - 1) * (products[i][j] - 1);
        return new ShuffledControl(ToRatio(joint, products), Math.Sqrt(variance), Matrices.Eigen(Gram(joint, products)).Values);
    }
}
