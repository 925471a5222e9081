namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>How patches are placed in an image.</summary>
public enum PatchPlacement
{
    /// <summary>Uniformly on whole pixels, by counter: the pairs that fixed-scale training sees.</summary>
    Random,

    /// <summary>An even grid.</summary>
    Grid,
}

/// <summary>How patches are coded, counted and compared.</summary>
public sealed record CooccurrenceOptions
{
    /// <summary>Patches of an image, 2 to 64, a square number on a grid; default 16.</summary>
    public int PatchesPerImage { get; init; } = 16;

    /// <summary>Where they lie; default <see cref="PatchPlacement.Random"/>.</summary>
    public PatchPlacement Placement { get; init; } = PatchPlacement.Random;

    /// <summary>K, codes that k-means sorts patches into, 2 to 512; default 64.</summary>
    public int Codes { get; init; } = 64;

    /// <summary>Side in pixels of the patches as k-means sees them, 2 to 16; default 8, so 192 values.</summary>
    public int PixelSide { get; init; } = 8;

    /// <summary>Added to the eigenvalues before whitening, in units of a standardised pixel's variance, 0.0001 to 10; default 1.</summary>
    /// <remarks>On photographs of 32×32 pixels, 0.1 left 15 of 64 codes with fewer than ten of 64,000 patches, and 1 left three: the less ε, the more
    /// a few odd patches count.</remarks>
    public double Epsilon { get; init; } = 1;

    /// <summary>Pairs a cell must be expected to have if codes were independent, 1 to 100,000; default 20. Others are left out.</summary>
    /// <remarks>Not the pairs it has: that would drop the cells whose codes avoid each other, and those alone.</remarks>
    public int MinPairs { get; init; } = 20;

    /// <summary>Most images pairs are counted on, 2 to 100,000; default 10,000.</summary>
    public int TrainImages { get; init; } = 10_000;

    /// <summary>Most images products are measured on, 2 to 10,000; default 1,000. At most 65,536 patches in all.</summary>
    public int HeldOutImages { get; init; } = 1_000;
}

/// <summary>A co-occurrence measurement.</summary>
/// <param name="DatasetDirectory">An imported dataset.</param>
/// <param name="CheckpointPath">The model's checkpoint file.</param>
/// <param name="Seed">Seeds images, patches, k-means, shuffles and the bootstrap.</param>
public sealed record CooccurrenceSpec(string DatasetDirectory, string CheckpointPath, CooccurrenceOptions Options, long Seed);
