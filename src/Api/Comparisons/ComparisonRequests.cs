using System.Text.Json;
using PatchSsl.Api.Database;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Comparisons;

/// <summary>What a comparison was asked for: defaults filled in, and what it means for each of its recipes.</summary>
public static class ComparisonRequests
{
    /// <summary>Compared where nothing else is asked for: each objective on fixed-scale patches beside its multi-scale twin.</summary>
    public static IReadOnlyList<string> DefaultRecipes { get; } =
    [
        "bag-vicreg", "vicreg-multi-scale", "bag-simclr", "simclr-multi-scale", "bag-byol", "byol-multi-scale", "emp-ssl", "emp-ssl-multi-scale",
    ];

    /// <summary>Recipe fields that the budget sets.</summary>
    public static IReadOnlyList<string> SetByBudget { get; } = ["maxSteps", "epochs", "stopAfter"];

    private static readonly int[] DefaultPatches = [1, 4, 16, 49];
    private const double DefaultMinutes = 10;
    private const string BagPrefix = "bag-", MultiSuffix = "-multi-scale";

    /// <summary>The request with every default in its place, its seed apart.</summary>
    public static CreateComparison Filled(this CreateComparison body) => body with
    {
        Recipes = body.Recipes ?? (body.Runs is null ? DefaultRecipes : []),
        Overrides = body.Overrides ?? new Dictionary<string, JsonElement>(),
        RecipeOverrides = body.RecipeOverrides ?? new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>(),
        Budget = body.Budget ?? (body.Runs is null ? new ComparisonBudget(DefaultMinutes) : null),
        Evaluation = new ComparisonEvaluation(
            body.Evaluation?.Patches is { } patches ? [.. patches.Distinct().Order()] : DefaultPatches,
            body.Evaluation?.Vectors is { } vectors ? [.. vectors.Distinct().Order()] : [VectorKind.Embedding, VectorKind.Projection],
            body.Evaluation?.Split),
    };

    /// <summary>As kept in the comparison's row.</summary>
    public static string ToJson(this CreateComparison filled) => JsonSerializer.Serialize(filled, ClientJson.Options);

    /// <summary>What <see cref="ToJson"/> kept.</summary>
    public static CreateComparison Request(this ComparisonRow row) => JsonSerializer.Deserialize<CreateComparison>(row.RequestJson, ClientJson.Options)!;

    /// <summary>Overrides of one recipe, its own before the common ones, without what the budget sets.</summary>
    public static Dictionary<string, JsonElement> OverridesOf(this CreateComparison filled, string recipe)
    {
        var merged = new Dictionary<string, JsonElement>(filled.Overrides!);
        foreach (var (field, value) in filled.RecipeOverrides!.GetValueOrDefault(recipe) ?? new Dictionary<string, JsonElement>()) merged[field] = value;
        return merged;
    }

    /// <summary>The recipe as its run is given it: for a number of steps, which the schedule spans exactly.</summary>
    public static Dictionary<string, JsonElement> OverridesOf(this CreateComparison filled, string recipe, long steps)
    {
        var overrides = filled.OverridesOf(recipe);
        overrides["maxSteps"] = JsonSerializer.SerializeToElement(steps);
        if (RecipeCatalog.Find(recipe)?.Recipe.StopAfter != 1) overrides["stopAfter"] = JsonSerializer.SerializeToElement(1);
        return overrides;
    }

    /// <summary>Steps that a budget allows a recipe.</summary>
    /// <param name="secondsAStep">Its pace; needed where the budget is of time.</param>
    public static long Steps(ComparisonBudget budget, Core.Recipes.Recipe recipe, double? secondsAStep)
    {
        var steps = budget.Minutes is { } minutes ? (long)Math.Round(minutes * 60 / secondsAStep!.Value)
            : budget.Patches is { } patches ? patches / ((long)recipe.Views * recipe.BatchImages)
            : budget.Steps!.Value;
        return Math.Clamp(steps, 1, ComparisonRules.MostSteps);
    }

    /// <summary>What a recipe and its twin have in common: bag-vicreg and vicreg-multi-scale are both vicreg.</summary>
    public static string Family(string recipe)
    {
        var name = recipe.StartsWith(BagPrefix, StringComparison.Ordinal) ? recipe[BagPrefix.Length..] : recipe;
        return name.EndsWith(MultiSuffix, StringComparison.Ordinal) ? name[..^MultiSuffix.Length] : name;
    }
}
