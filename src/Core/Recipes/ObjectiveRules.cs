namespace PatchSsl.Core.Recipes;

/// <summary>What keeps a recipe from being used with the objective it names; an objective that is not listed takes any valid recipe.</summary>
internal static class ObjectiveRules
{
    /// <summary>Beyond this the similarities of a step of simclr alone take over a gigabyte.</summary>
    private const int MostComparedPatches = 16_384;

    /// <summary>Field and message of everything that is wrong.</summary>
    public static IEnumerable<(string Field, string Error)> Errors(Recipe recipe) => recipe.Objective switch
    {
        "emp-ssl" => EmpSsl(recipe),
        "bag-vicreg" or "vicreg" => VicReg(recipe),
        "simclr" => SimClr(recipe),
        _ => [],
    };

    private static IEnumerable<(string Field, string Error)> EmpSsl(Recipe recipe)
    {
        if (recipe is { SimilarityWeight: 0 } or { CodingRateWeight: 0 })
            yield return ("objective", "emp-ssl with similarityWeight or codingRateWeight 0 has nothing to learn from.");
    }

    private static IEnumerable<(string Field, string Error)> VicReg(Recipe recipe)
    {
        if (recipe is { VarianceWeight: 0 })
            yield return ("varianceWeight", "vicreg without its variance term collapses: it must be above 0.");
    }

    private static IEnumerable<(string Field, string Error)> SimClr(Recipe recipe)
    {
        var patches = (long)recipe.BatchImages * recipe.Views;
        if (patches > MostComparedPatches)
        {
            yield return ("batchImages", $"simclr compares every patch with every other: {recipe.BatchImages} images × {recipe.Views} views "
                + $"are {patches} patches, at most {MostComparedPatches} are taken.");
        }
    }
}
