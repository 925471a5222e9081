namespace PatchSsl.Core.Images.Scenes;

/// <summary>Images to generate.</summary>
/// <param name="Images">10 to 1,000,000.</param>
/// <param name="Size">Side in pixels, 16 to 1,024.</param>
/// <param name="Seed">The same seed gives the same bytes.</param>
public sealed record GeneratedSpec(int Images, int Size, int Seed, SceneSet Scenes = SceneSet.Mixtures);
