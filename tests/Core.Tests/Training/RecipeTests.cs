using System.Text.Json;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Core.Tests.Training;

public sealed class RecipeTests
{
    public static TheoryData<string> Names => [.. RecipeCatalog.All.Select(r => r.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Recipes_of_the_catalogue_keep_their_own_rules(string name)
    {
        var recipe = RecipeCatalog.Find(name)!.Recipe;
        Assert.Equal(name, recipe.Name);
        Assert.Empty(RecipeValidation.Errors(recipe));
    }

    [Fact]
    public void Emp_ssl_holds_the_published_values()
    {
        var recipe = RecipeCatalog.Find("emp-ssl")!.Recipe;
        Assert.Equal(("emp-ssl", 200, 20, 100, .25), (recipe.Objective, recipe.SimilarityWeight, recipe.Views, recipe.BatchImages, recipe.PatchScale));
        Assert.Equal((.3, 1e-4, .005, 0, .9), (recipe.LearningRate, recipe.WeightDecay, recipe.LarsEta, recipe.Warmup, recipe.Momentum));
        Assert.Equal((4096, 1024, 18, "cifar"), (recipe.ProjectorHidden, recipe.ProjectionDim, recipe.Depth, recipe.Stem));
    }

    [Theory]
    [InlineData("emp-ssl", "emp-ssl-multi-scale")]
    [InlineData("bag-vicreg", "vicreg-multi-scale")]
    [InlineData("bag-simclr", "simclr-multi-scale")]
    [InlineData("bag-tcr", "tcr-multi-scale")]
    [InlineData("bag-byol", "byol-multi-scale")]
    public void Twins_differ_in_sampling_only(string name, string twin)
    {
        var (recipe, other) = (RecipeCatalog.Find(name)!.Recipe, RecipeCatalog.Find(twin)!.Recipe);
        Assert.Equal(("fixed", "multi"), (recipe.Sampling, other.Sampling));
        Assert.Equal(recipe, other with { Name = name, Sampling = "fixed" });
    }

    [Theory, MemberData(nameof(Names))]
    public void Recipes_can_be_made_small(string name)
    {
        var overrides = """{"width":0.25,"projectorHidden":512,"projectionDim":128,"batchImages":64,"maxSteps":200}""";
        var resolved = RecipeCatalog.Resolve(name, JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(overrides));
        Assert.Empty(resolved.Errors);
    }

    [Fact]
    public void The_objective_may_be_any_of_the_catalogue()
    {
        var field = RecipeCatalog.Fields(RecipeCatalog.Find("emp-ssl")!.Recipe).Single(f => f.Name == "objective");
        Assert.Equal(ObjectiveCatalog.Names, field.Choices);
    }

    [Theory]
    [InlineData("""{"objective":"vicreg","varianceWeight":0}""", "varianceWeight", "collapses")]
    [InlineData("""{"objective":"emp-ssl","codingRateWeight":0}""", "objective", "nothing to learn from")]
    [InlineData("""{"objective":"simclr","batchImages":1000}""", "batchImages", "1000 images × 20 views are 20000 patches, at most 16384")]
    [InlineData("""{"optimiser":"adamw"}""", "learningRate", "0.3 is above 0.1")]
    public void Settings_that_cannot_work_together_are_told(string overrides, string field, string message)
    {
        var resolved = Resolve(overrides);
        Assert.Contains(message, Assert.Single(resolved.Errors[field]));
        Assert.Single(resolved.Errors);
    }

    [Fact]
    public void Every_field_has_a_group_a_description_a_source_a_type_and_a_range()
    {
        foreach (var field in RecipeCatalog.Fields(RecipeCatalog.Find("quick")!.Recipe))
        {
            Assert.NotEmpty(field.Group);
            Assert.EndsWith(".", field.Description);
            Assert.False(string.IsNullOrEmpty(field.Source), field.Name);
            Assert.True(field.Type switch
            {
                "choice" => field.Choices is [_, ..] && field.Choices.Contains(field.Value),
                "integer" or "number" => field.Min < field.Max,
                _ => field.Type == "boolean",
            }, field.Name);
        }
        // Nothing but the name stands outside the list.
        Assert.Equal(typeof(Recipe).GetProperties().Length - 1, RecipeCatalog.Fields(RecipeCatalog.Find("quick")!.Recipe).Count);
    }

    [Fact]
    public void Overrides_of_every_type_are_applied_and_shown_beside_the_default()
    {
        var resolved = Resolve("""{"objective":"vicreg","views":4,"learningRate":0.5,"depth":34,"stem":"imagenet","batchImages":32.0}""");
        Assert.Empty(resolved.Errors);
        var recipe = resolved.Recipe!;
        Assert.Equal(("vicreg", 4, .5, 34, "imagenet", 32), (recipe.Objective, recipe.Views, recipe.LearningRate, recipe.Depth, recipe.Stem, recipe.BatchImages));

        var depth = RecipeCatalog.Fields(recipe).Single(f => f.Name == "depth");
        Assert.Equal(("34", "18", "choice"), (depth.Value, depth.Default, depth.Type));
        Assert.Equal(recipe, Resolve("""{"objective":"vicreg","views":4,"learningRate":0.5,"depth":"34","stem":"imagenet","batchImages":32}""").Recipe);
        // The catalogue itself stays as it is.
        Assert.Equal(20, RecipeCatalog.Find("emp-ssl")!.Recipe.Views);
    }

    [Fact]
    public void All_errors_come_at_once_by_field()
    {
        var resolved = Resolve("""
            {"views":1,"learningRate":"NaN","batchImages":2.5,"objective":"magic","depth":19,"momentum":1e400,"nonsense":3,
             "blurSigmaMin":3,"width":-1,"inputSize":null,"checkpointEverySeconds":0}
            """);
        Assert.Null(resolved.Recipe);
        Assert.Equal(
            ["batchImages", "blurSigmaMin", "checkpointEverySeconds", "depth", "inputSize", "learningRate", "momentum", "nonsense", "objective", "views", "width"],
            resolved.Errors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("1 is outside 2 to 200.", Assert.Single(resolved.Errors["views"]));
        Assert.Equal("2.5 is not a whole number.", Assert.Single(resolved.Errors["batchImages"]));
        Assert.Equal($"magic is not one of {string.Join(", ", ObjectiveCatalog.Names)}.", Assert.Single(resolved.Errors["objective"]));
        Assert.Equal("There is no such field in a recipe.", Assert.Single(resolved.Errors["nonsense"]));
    }

    [Fact]
    public void An_unknown_recipe_names_those_that_exist()
    {
        var resolved = RecipeCatalog.Resolve("slow", null);
        Assert.Contains($"'slow' is not a recipe: there are {string.Join(", ", RecipeCatalog.All.Select(r => r.Name))}.", resolved.Errors["recipe"]);
    }

    [Fact]
    public void A_value_that_is_not_a_number_is_outside_every_range() =>
        Assert.Contains("learningRate", RecipeValidation.Errors(new Recipe { Name = "x", LearningRate = double.NaN }).Keys);

    [Fact]
    public void A_recipe_survives_json()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        var recipe = RecipeCatalog.Find("quick")!.Recipe;
        Assert.Equal(recipe, JsonSerializer.Deserialize<Recipe>(JsonSerializer.Serialize(recipe, options), options));
    }

    private static ResolvedRecipe Resolve(string json) =>
        RecipeCatalog.Resolve("emp-ssl", JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json));
}
