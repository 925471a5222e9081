namespace PatchSsl.Core.Recipes;

/// <summary>The rules of a recipe: the same for the catalogue's own, for a posted one and for one read back from a checkpoint.</summary>
public static class RecipeValidation
{
    /// <summary>Field name → everything wrong with it; empty for a good recipe.</summary>
    public static IReadOnlyDictionary<string, string[]> Errors(Recipe recipe) => Collect(RecipeFields.RangeErrors(recipe).Concat(CrossErrors(recipe)));

    internal static IReadOnlyDictionary<string, string[]> Collect(IEnumerable<(string Field, string Error)> errors) =>
        errors.GroupBy(e => e.Field, e => e.Error).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

    /// <summary>Rules between fields.</summary>
    internal static IEnumerable<(string Field, string Error)> CrossErrors(Recipe recipe)
    {
        if (recipe.MultiScaleMin > recipe.MultiScaleMax)
        {
            yield return ("multiScaleMin", $"{recipe.MultiScaleMin} is above multiScaleMax, {recipe.MultiScaleMax}.");
        }
        if (recipe.BlurSigmaMin > recipe.BlurSigmaMax)
        {
            yield return ("blurSigmaMin", $"{recipe.BlurSigmaMin} is above blurSigmaMax, {recipe.BlurSigmaMax}.");
        }
        if (recipe is { CheckpointEverySeconds: 0, CheckpointEverySteps: 0 })
        {
            yield return ("checkpointEverySeconds", "One of checkpointEverySeconds and checkpointEverySteps must be above 0.");
        }
        if (recipe is { Optimiser: "adamw", LearningRate: > MaxAdamRate })
        {
            yield return ("learningRate", $"A step of adamw is as long as its rate: {recipe.LearningRate} is above {MaxAdamRate}, and 0.001 is usual.");
        }
        foreach (var error in ObjectiveRules.Errors(recipe)) yield return error;
        var patches = (long)recipe.BatchImages * recipe.Views;
        if (patches > MaxPatchesAStep)
        {
            yield return ("batchImages", $"{recipe.BatchImages} images × {recipe.Views} views are {patches} patches a step; at most {MaxPatchesAStep} are taken.");
        }
    }

    /// <summary>Beyond this a step is a mistake in the recipe rather than a batch.</summary>
    private const long MaxPatchesAStep = 200_000;

    /// <summary>Beyond this a rate was meant for lars or sgd.</summary>
    private const double MaxAdamRate = .1;
}
