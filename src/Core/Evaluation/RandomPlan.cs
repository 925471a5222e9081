using PatchSsl.Core.Augmentation;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Evaluation;

/// <summary>The whole image first where it is asked for, then random patches: a bag of n is the first n of them.</summary>
internal sealed class RandomPlan(PatchGrid[] grids, double scale, Recipe? recipe, long seed)
    : PatchPlan([.. grids.Select(g => g.Count == 0 ? new PatchBag(Whole, 0, 1) : new PatchBag($"random:{g.Count}", Before(grids), g.Count))])
{
    private readonly Recipe _recipe = recipe ?? RecipeCatalog.Find("emp-ssl")!.Recipe;
    private readonly AugmentationPlan _colours = AugmentationPlan.Of(recipe ?? RecipeCatalog.Find("emp-ssl")!.Recipe);

    // A seed of its own, so that no image is changed as some training step's patches were.
    private readonly long _seed = (long)CounterRandom.Key(seed, "random-augmented evaluation", 0);
    private (int Ordinal, PatchDraws Places, AugmentationDraws Colours)? _last;

    public override string Description => FormattableString.Invariant(
        $"EMP-SSL's published random-augmented protocol: n random square patches of {scale:0.####} of the image's area, drawn by seed {seed} and the image's number, flipped with probability {_recipe.FlipProbability:0.###} and colour-augmented as in {(recipe is null ? "the recipe emp-ssl, since the model names none" : "the model's own training")} (random:n, the first n of an image's draws)")
        + (Before(grids) == 0 ? "" : ", or the whole image squeezed to a square, not augmented (whole)");

    private int Random => PerImage - Before(grids);

    public override IEnumerable<PatchSource> Of(ImageStore store, int ordinal)
    {
        if (Before(grids) > 0) yield return GridPatches.Of(store, ordinal, PatchGrid.Whole, scale)[0];
        if (Random == 0) yield break;
        foreach (var box in Places(store, ordinal).Boxes) yield return new PatchSource(store, ordinal, box);
    }

    public override void Change(Tensor patches, ImageStore store, IReadOnlyList<int> ordinals, int first)
    {
        var (flipped, changed) = (new List<long>(), new List<long>());
        var colours = new List<(AugmentationDraws, int)>();
        for (var i = 0; i < patches.shape[0]; i++)
        {
            var (image, patch) = Math.DivRem(first + i, PerImage);
            if ((patch -= Before(grids)) < 0) continue;
            var draws = DrawsOf(store, ordinals[image]);
            if (draws.Flips[patch]) flipped.Add(i);
            changed.Add(i);
            colours.Add((draws.Colours, patch));
        }
        if (changed.Count == 0) return;
        using var scope = NewDisposeScope();
        if (flipped.Count > 0)
        {
            var rows = tensor(flipped, device: patches.device);
            patches.index_copy_(0, rows, patches.index_select(0, rows).flip(3));    // (n, 3, P, P)
        }
        var which = tensor(changed, device: patches.device);
        var some = patches.index_select(0, which);
        Augmenter.Apply(some, AugmentationDraws.Gather(colours), _colours);
        patches.index_copy_(0, which, some);
    }

    private (bool[] Flips, AugmentationDraws Colours) DrawsOf(ImageStore store, int ordinal)
    {
        if (_last is not { } last || last.Ordinal != ordinal)
            _last = last = (ordinal, Places(store, ordinal), AugmentationDraws.Draw(_colours, Random, _seed, ordinal));
        return (last.Places.Flips, last.Colours);
    }

    private PatchDraws Places(ImageStore store, int ordinal) =>
        PatchSampler.Draw(new PatchSampling.FixedScale(scale), [store.Size(ordinal)], Random, _recipe.FlipProbability, _seed, ordinal);

    private static int Before(PatchGrid[] grids) => grids.Any(g => g.Count == 0) ? 1 : 0;
}
