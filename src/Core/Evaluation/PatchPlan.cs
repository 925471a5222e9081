using System.Text.Json;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using static TorchSharp.torch;

namespace PatchSsl.Core.Evaluation;

/// <summary>Patches of an image that are averaged together.</summary>
/// <param name="Name"><c>grid:n</c>, <c>random:n</c> or <c>whole</c>.</param>
/// <param name="First">Its first patch among the image's.</param>
internal readonly record struct PatchBag(string Name, int First, int Count);

/// <summary>The patches that are taken of every image, each encoded once, and the bags that are made of them.</summary>
internal abstract class PatchPlan(IReadOnlyList<PatchBag> bags)
{
    public const string Whole = "whole";

    public IReadOnlyList<PatchBag> Bags { get; } = bags;

    /// <summary>Patches of an image.</summary>
    public int PerImage { get; } = bags.Max(b => b.First + b.Count);

    /// <summary>How patches are placed, in words.</summary>
    public abstract string Description { get; }

    /// <summary>All patches of an image, in order.</summary>
    public abstract IEnumerable<PatchSource> Of(ImageStore store, int ordinal);

    /// <summary>Changes the cut-out patches <paramref name="first"/>, … of images as training would; a grid leaves them as they are.</summary>
    /// <param name="patches">(n, 3, P, P) in 0 to 1: the patches of the images one after the other, from <paramref name="first"/> of the first image.</param>
    public virtual void Change(Tensor patches, ImageStore store, IReadOnlyList<int> ordinals, int first)
    {
    }

    /// <param name="recipeJson">Recipe of the checkpoint; null for an imported encoder.</param>
    public static PatchPlan Of(EvaluationSpec spec, double patchScale, string? recipeJson)
    {
        IEnumerable<PatchGrid> asked = spec.Patches;
        if (spec.Kind == EvaluationKind.Sweep)
        {
            if (spec.Patches.Count == 0) asked = [new(1), new(4), new(16), new(49), new(256)];
            asked = asked.Where(g => g.Count > 0).Append(PatchGrid.Whole);
        }
        PatchGrid[] grids = [.. asked.Distinct()];
        if (grids.Length == 0) throw new JobFailedException("An evaluation needs a choice of patches: grid:n or whole.");
        if (spec.Protocol == PatchProtocol.Grid) return OfGrids(grids, patchScale);

        return new RandomPlan(grids, patchScale, recipeJson is null ? null : Parsed(recipeJson), spec.Seed);
    }

    /// <summary>An even grid of each count, or the whole image.</summary>
    public static PatchPlan OfGrids(IEnumerable<PatchGrid> grids, double patchScale) => new GridPlan([.. grids.Distinct()], patchScale);

    private static Recipe? Parsed(string recipeJson)
    {
        try
        {
            return JsonSerializer.Deserialize<Recipe>(recipeJson, JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The checkpoint's recipe cannot be read: {e.Message}", e);
        }
    }

    private static List<PatchBag> OneAfterTheOther(IEnumerable<PatchGrid> grids)
    {
        var bags = new List<PatchBag>();
        foreach (var grid in grids) bags.Add(new(grid.ToString(), bags.Sum(b => b.Count), grid.PatchesPerImage));
        return bags;
    }

    private sealed class GridPlan(PatchGrid[] grids, double scale) : PatchPlan(OneAfterTheOther(grids))
    {
        public override string Description => FormattableString.Invariant(
            $"an even grid of n square patches of {scale:0.####} of the image's area, clamped to the image, without colour augmentation (grid:n), or the whole image squeezed to a square (whole)");

        public override IEnumerable<PatchSource> Of(ImageStore store, int ordinal) => grids.SelectMany(g => GridPatches.Of(store, ordinal, g, scale));
    }
}
