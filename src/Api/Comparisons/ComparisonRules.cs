using PatchSsl.Api.Database;
using PatchSsl.Api.Evaluations;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Comparisons;

/// <summary>What a comparison may ask for. Each rule adds to the errors, so that a caller learns all of them at once.</summary>
public static class ComparisonRules
{
    /// <summary>Most steps of a recipe.</summary>
    public const long MostSteps = 100_000_000;

    private const int MostRecipes = 32, LongestName = 150;
    private const double LeastMinutes = .1, MostMinutes = 10_080;
    private const long MostPatches = 1_000_000_000_000;

    /// <summary>Rules about the request alone.</summary>
    /// <param name="filled">With defaults filled in.</param>
    public static void Check(CreateComparison filled, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(filled.Name) || filled.Name.Length > LongestName)
            errors.Add("name", $"name has {filled.Name.Trim().Length} characters; allowed is 1 to {LongestName}.");
        Evaluation(filled.Evaluation!, errors);
        var recipes = filled.Recipes!;
        if (filled.Runs is { } runs)
        {
            Runs(filled, runs, errors);
            return;
        }
        Budget(filled.Budget!, errors);
        if (recipes.Count is 0 or > MostRecipes) errors.Add("recipes", $"recipes has {recipes.Count} entries; allowed is 1 to {MostRecipes}.");
        foreach (var name in recipes.GroupBy(r => r).Where(g => g.Count() > 1).Select(g => g.Key)) errors.Add("recipes", $"'{Problems.Shown(name)}' is named twice.");
        foreach (var name in filled.RecipeOverrides!.Keys.Except(recipes))
            errors.Add($"recipeOverrides.{Problems.Shown(name)}", $"'{Problems.Shown(name)}' is none of the recipes compared.");
        Fixed("overrides", filled.Overrides!.Keys, errors);
        foreach (var (name, own) in filled.RecipeOverrides) Fixed($"recipeOverrides.{Problems.Shown(name)}", own.Keys, errors);
        Recipes(filled, errors);
    }

    private static void Runs(CreateComparison filled, IReadOnlyList<string> runs, FieldErrors errors)
    {
        if (runs.Count is 0 or > MostRecipes) errors.Add("runs", $"runs has {runs.Count} entries; allowed is 1 to {MostRecipes}.");
        if (runs.Distinct().Count() < runs.Count) errors.Add("runs", "runs names a run twice.");
        foreach (var (field, given) in new[]
        {
            ("recipes", filled.Recipes!.Count > 0), ("overrides", filled.Overrides!.Count > 0), ("recipeOverrides", filled.RecipeOverrides!.Count > 0),
            ("budget", filled.Budget is not null),
        })
        {
            if (given) errors.Add(field, $"{field} does not go with runs, which are trained already.");
        }
    }

    private static void Budget(ComparisonBudget budget, FieldErrors errors)
    {
        var given = new object?[] { budget.Minutes, budget.Steps, budget.Patches }.Count(v => v is not null);
        if (given != 1) errors.Add("budget", $"budget names {given} of minutes, steps and patches; exactly one is needed.");
        if (budget.Minutes is { } minutes && !(minutes is >= LeastMinutes and <= MostMinutes))
            errors.Add("budget.minutes", FormattableString.Invariant($"minutes is {minutes}; allowed is {LeastMinutes} to {MostMinutes:N0}."));
        if (budget.Steps is < 1 or > MostSteps) errors.Add("budget.steps", $"steps is {budget.Steps}; allowed is 1 to {MostSteps:N0}.");
        if (budget.Patches is < 1 or > MostPatches) errors.Add("budget.patches", $"patches is {budget.Patches}; allowed is 1 to {MostPatches:N0}.");
    }

    private static void Evaluation(ComparisonEvaluation evaluation, FieldErrors errors)
    {
        if (evaluation.Patches!.Count == 0) errors.Add("evaluation.patches", "evaluation.patches is empty: name a number, or leave it out.");
        foreach (var n in evaluation.Patches.Where(n => !PatchGrid.TryParse(FormattableString.Invariant($"grid:{n}"), out _)))
            errors.Add("evaluation.patches", $"{n} is no square number from 1 to 256.");
        if (evaluation.Vectors!.Count == 0) errors.Add("evaluation.vectors", "evaluation.vectors is empty: name a space, or leave it out.");
    }

    private static void Fixed(string field, IEnumerable<string> names, FieldErrors errors)
    {
        foreach (var name in names.Intersect(ComparisonRequests.SetByBudget)) errors.Add($"{field}.{name}", $"{name} follows from the budget.");
    }

    /// <summary>Each recipe with its overrides; what is wrong with several of them is said once.</summary>
    private static void Recipes(CreateComparison filled, FieldErrors errors)
    {
        var found = new List<(string Field, string Error, string Recipe)>();
        foreach (var name in filled.Recipes!.Distinct())
        {
            var resolved = RecipeCatalog.Resolve(name, filled.OverridesOf(name));
            foreach (var (field, messages) in resolved.Errors) found.AddRange(messages.Select(m => (FieldOf(filled, name, field), m, name)));
            if (resolved.Recipe is { } recipe && filled.Budget!.Patches is { } patches && patches < (long)recipe.Views * recipe.BatchImages)
                found.Add(("budget.patches", $"patches is {patches}, less than the {(long)recipe.Views * recipe.BatchImages:N0} of one step.", name));
        }
        foreach (var same in found.GroupBy(f => (f.Field, f.Error)))
        {
            var everywhere = same.Key.Field == "recipes" || same.Count() == filled.Recipes!.Count;
            errors.Add(same.Key.Field, everywhere ? same.Key.Error : $"{same.Key.Error} (In {string.Join(", ", same.Select(s => s.Recipe))}.)");
        }
    }

    /// <summary>Where in the request a recipe's field comes from.</summary>
    private static string FieldOf(CreateComparison filled, string recipe, string field)
    {
        if (field == "recipe") return "recipes";
        if (filled.RecipeOverrides!.GetValueOrDefault(recipe)?.ContainsKey(field) == true) return $"recipeOverrides.{recipe}.{Problems.Shown(field)}";
        return $"overrides.{Problems.Shown(field)}";
    }

    /// <summary>The evaluation that a run of a comparison gets.</summary>
    public static CreateEvaluation EvaluationOf(CreateComparison filled, string runId) => new(
        runId, filled.DatasetId, EvaluationKind.Sweep, Seed: filled.Seed ?? 0, Split: filled.Evaluation!.Split, Baselines: false,
        Sweep: new EvaluationSweep(filled.Evaluation.Vectors, [.. filled.Evaluation.Patches!.Select(n => FormattableString.Invariant($"grid:{n}")), "whole"]));

    /// <summary>Rules about the dataset's labels and the split asked for.</summary>
    public static void Labels(CreateComparison filled, DatasetRow dataset, EvaluationService evaluations, FieldErrors errors)
    {
        if (dataset.Classes.Count == 0)
        {
            errors.Add("datasetId", $"Dataset '{dataset.Id}' has no classes: a comparison needs labelled images, one folder a class.");
            return;
        }
        var found = new FieldErrors();
        var evaluation = EvaluationOf(filled, "");
        EvaluationRules.Request(evaluation with { Sweep = null, Kind = EvaluationKind.Linear, Patches = "whole" }, found);
        evaluations.CheckLabels(evaluation, dataset, found);
        errors.Take(found, field => field == "datasetId" ? field : $"evaluation.{field}");
    }
}
