using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;

namespace PatchSsl.Core.Explain.Locality;

/// <summary>What a patch's nearest neighbours have in common with it, asked of a model and a dataset.</summary>
/// <param name="DatasetDirectory">An imported dataset; without labels the class share is left out.</param>
/// <param name="CheckpointPath">The model's checkpoint file, or an imported encoder's.</param>
/// <param name="Vectors">Spaces that are measured, one at least; differences are taken from <see cref="VectorSpace.Embedding"/>.</param>
/// <param name="Grid">Patches of each image; together they are the bank that is searched.</param>
/// <param name="Split">As <see cref="ImageSample.Of"/> takes it.</param>
/// <param name="Images">Images of the bank at most, 2 or more.</param>
/// <param name="Queries">Patches that are asked at most, one an image as long as there are images.</param>
/// <param name="Neighbours">k, 1 or more.</param>
/// <param name="Examples">Queries that are shown with their neighbours.</param>
/// <param name="Seed">Seeds the samples, the control and the intervals.</param>
public sealed record LocalitySpec(
    string DatasetDirectory, string CheckpointPath, IReadOnlyList<VectorSpace> Vectors, PatchGrid Grid, string? Split, int Images, int Queries,
    int Neighbours, int Examples, long Seed);
