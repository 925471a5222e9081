using PatchSsl.Core.Models;

namespace PatchSsl.Core.Explain.Convergence;

/// <summary>How close averages of patch vectors come to the whole image's vector, asked of a model and a dataset.</summary>
/// <param name="DatasetDirectory">An imported dataset; labels are not needed.</param>
/// <param name="CheckpointPath">The model's checkpoint file, or an imported encoder's.</param>
/// <param name="Vectors">Spaces that are measured, one at least.</param>
/// <param name="Counts">Patches that are averaged: ascending square numbers from 1 to 256, two at least.</param>
/// <param name="Split">As <see cref="ImageSample.Of"/> takes it.</param>
/// <param name="Images">Images at most, 3 or more.</param>
/// <param name="Seed">Seeds the sample, the control and the intervals.</param>
public sealed record ConvergenceSpec(
    string DatasetDirectory, string CheckpointPath, IReadOnlyList<VectorSpace> Vectors, IReadOnlyList<int> Counts, string? Split, int Images, long Seed)
{
    /// <summary>Counts that are taken where none are named.</summary>
    public static IReadOnlyList<int> UsualCounts { get; } = [1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 144, 196, 256];
}
