using System.Text.Json;

namespace PatchSsl.Core.Recipes;

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
    /// <summary>What the two-patch recipes share: solo-learn's batch, warm-up and trust coefficient for CIFAR-10, for 100 epochs of its 1,000.</summary>
    private static readonly Recipe TwoPatches = new() { Name = "", Views = 2, BatchImages = 256, Epochs = 100, Warmup = .1, LarsEta = .02 };

    /// <summary>Every named recipe. Each on fixed-scale patches is followed by its twin on multi-scale crops.</summary>
    public static IReadOnlyList<NamedRecipe> All { get; } =
    [
        .. Twins("emp-ssl-multi-scale",
            "A bag of 20 fixed-scale patches of every image and the total coding rate, with the published settings.",
            "emp-ssl on 20 multi-scale crops instead of fixed-scale patches.",
            new Recipe { Name = "emp-ssl" }),
        .. Twins("vicreg-multi-scale",
            "The paper's intra-instance form: VICReg between two fixed-scale patches of one image.",
            "The usual baseline: VICReg between two multi-scale crops of one image.",
            // η .02 needs solo-learn's 2,000 steps of warm-up: with those of a short run the loss is NaN within 20 steps. .005 is [E]'s.
            TwoPatches with { Name = "bag-vicreg", Objective = "vicreg", ProjectorHidden = 2048, ProjectionDim = 2048, LarsEta = .005 }),
        .. Twins("simclr-multi-scale",
            "SimCLR between two fixed-scale patches of one image.",
            "The usual baseline: SimCLR between two multi-scale crops of one image.",
            TwoPatches with { Name = "bag-simclr", Objective = "simclr", LearningRate = .4, ProjectorLayers = 2, ProjectorHidden = 2048, ProjectionDim = 256 }),
        .. Twins("tcr-multi-scale",
            "Similarity and total coding rate (the emp-ssl objective) of two fixed-scale patches of one image.",
            "Similarity and total coding rate (the emp-ssl objective) of two multi-scale crops of one image.",
            TwoPatches with { Name = "bag-tcr", Objective = "emp-ssl" }),
        .. Twins("byol-multi-scale",
            "BYOL between two fixed-scale patches of one image.",
            "The usual baseline: BYOL between two multi-scale crops of one image.",
            TwoPatches with { Name = "bag-byol", Objective = "byol", LearningRate = 1, WeightDecay = 1e-5, ProjectorLayers = 2, ProjectionDim = 256 }),
        new("What the demo trains with: a narrow encoder that finds shapes whatever their colour, within two minutes on a small CPU.", new Recipe
        {
            // A deep drop in resolution at the stem buys ten times the steps, and steps count more than views. Colours are shaken and often dropped,
            // so that what patches of an image share must be shape; blur and solarising would blunt the small patches.
            Name = "demo", Objective = "simclr", Views = 4, BatchImages = 50, InputSize = 48, Stem = "imagenet", Width = .25,
            ProjectorHidden = 512, ProjectionDim = 128, MaxSteps = 1_000, Epochs = 10, LearningRate = 1.2, Warmup = .05,
            JitterProbability = 1, JitterHue = .5, GrayscaleProbability = .5, BlurProbability = 0, SolarizeProbability = 0,
            DiagnosticsEvery = 100, KnnEvery = 300, MetricsEvery = 5, CheckpointEverySeconds = 30,
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

    /// <summary>A recipe and its twin, which differs in sampling alone: so that the two compare, on the same evaluation patches too.</summary>
    private static NamedRecipe[] Twins(string twin, string summary, string twinSummary, Recipe recipe) =>
        [new(summary, recipe), new(twinSummary, recipe with { Name = twin, Sampling = "multi" })];
}
