using System.Text.Json;

namespace PatchSsl.Core.Training;

/// <summary>A recipe people can name.</summary>
/// <param name="Summary">What it is for, in a sentence.</param>
public sealed record NamedRecipe(string Summary, Recipe Recipe)
{
    /// <summary>Its name.</summary>
    public string Name => Recipe.Name;
}

/// <summary>A recipe with its overrides applied, or everything that is wrong with it.</summary>
/// <param name="Recipe">Null where there are errors.</param>
/// <param name="Errors">Field name → messages, all at once.</param>
public sealed record ResolvedRecipe(Recipe? Recipe, IReadOnlyDictionary<string, string[]> Errors);

/// <summary>The recipes that come with the product.</summary>
public static class RecipeCatalog
{
    /// <summary>Every named recipe.</summary>
    public static IReadOnlyList<NamedRecipe> All { get; } =
    [
        new("A bag of 20 fixed-scale patches of every image and the total coding rate, with the published settings.", new Recipe { Name = "emp-ssl" }),
        new("The paper's intra-instance form: VICReg between fixed-scale patches of one image.", new Recipe
        {
            Name = "bag-vicreg", Objective = "bag-vicreg", Views = 4, BatchImages = 256, PatchScale = .25, Epochs = 100,
            ProjectorHidden = 2048, ProjectionDim = 2048, Warmup = .1,
        }),
        new("The usual baseline: VICReg between two multi-scale crops of one image.", new Recipe
        {
            Name = "vicreg-multi-scale", Objective = "vicreg", Sampling = "multi", Views = 2, BatchImages = 256, PatchScale = 1, Epochs = 100,
            ProjectorHidden = 2048, ProjectionDim = 2048, Warmup = .1,
        }),
        new("A narrow encoder that learns within minutes on a small CPU.", new Recipe
        {
            Name = "quick", Views = 8, BatchImages = 50, Width = .25, ProjectorHidden = 512, ProjectionDim = 128, MaxSteps = 400, Epochs = 10,
            Warmup = .05, DiagnosticsEvery = 25, KnnEvery = 100, MetricsEvery = 2, CheckpointEverySeconds = 30,
        }),
    ];

    /// <summary>The recipe of a name, or null.</summary>
    public static NamedRecipe? Find(string name) => All.FirstOrDefault(r => r.Name == name);

    /// <summary>Applies overrides to a named recipe and checks the result: the recipe, or every error at once.</summary>
    public static ResolvedRecipe Resolve(string name, IReadOnlyDictionary<string, JsonElement>? overrides)
    {
        if (Find(name) is not { } named)
        {
            var names = string.Join(", ", All.Select(r => r.Name));
            return new(null, RecipeValidation.Collect([("recipe", $"'{name}' is not a recipe: there are {names}.")]));
        }
        var recipe = named.Recipe with { };
        var errors = new List<(string Field, string Error)>();
        foreach (var (field, value) in overrides ?? new Dictionary<string, JsonElement>())
        {
            if (RecipeFields.Set(recipe, field, value) is { } error) errors.Add((field, error));
        }
        errors.AddRange(RecipeFields.RangeErrors(recipe));
        errors.AddRange(RecipeValidation.CrossErrors(recipe));
        return new(errors.Count == 0 ? recipe : null, RecipeValidation.Collect(errors));
    }

    /// <summary>Every field of a recipe beside the default of the named recipe it comes from.</summary>
    public static IReadOnlyList<RecipeFieldInfo> Fields(Recipe recipe) => RecipeFields.Describe(recipe, Find(recipe.Name)?.Recipe ?? recipe);
}
