using PatchSsl.Core.Embedding;
using PatchSsl.Core.Jobs;
using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>Gives patches their codes: the nearest of K centres among whitened pixels.</summary>
internal sealed class Codebook : IDisposable
{
    /// <summary>Most patches that whitening and k-means are fitted on.</summary>
    public const int SamplePatches = 20_000;

    /// <summary>Most of Lloyd's iterations.</summary>
    public const int Iterations = 50;

    private readonly Whitening _whitening;
    private readonly Tensor _centres; // (K, D)

    private Codebook(Whitening whitening, Tensor centres, KMeansFit fit) => (_whitening, _centres, Fit) = (whitening, centres, fit);

    /// <summary>How k-means went.</summary>
    public KMeansFit Fit { get; }

    /// <param name="patches">Of the sample, two or more.</param>
    /// <exception cref="JobFailedException">They have fewer different contents than codes.</exception>
    public static Codebook Of(CodedPatches source, IReadOnlyList<PatchSource> patches, CooccurrenceOptions options, long seed, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var pixels = source.Pixels(patches);                                            // (n, D)
        var whitening = Whitening.Fit(pixels, options.Epsilon);
        var (centres, fit) = KMeans.Fit(whitening.Apply(pixels), options.Codes, seed, Iterations, cancel);
        return new Codebook(
            new(whitening.Mean.DetachFromDisposeScope(), whitening.Matrix.DetachFromDisposeScope()), centres.DetachFromDisposeScope(), fit);
    }

    /// <param name="pixels">(n,D) of <see cref="CodedPatches.Pixels"/>.</param>
    /// <returns>Code and squared distance to its centre of each.</returns>
    public (int[] Codes, double[] Distances) Code(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var (codes, distances) = KMeans.Assign(_whitening.Apply(pixels), _centres);     // (n)
        return ([.. codes.data<long>().ToArray().Select(c => (int)c)], distances.data<double>().ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _whitening.Mean.Dispose();
        _whitening.Matrix.Dispose();
        _centres.Dispose();
    }
}
