using System.Text.Json;
using PatchSsl.Core.Training;

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

    [Fact]
    public void Every_field_has_a_group_a_description_a_type_and_a_range()
    {
        foreach (var field in RecipeCatalog.Fields(RecipeCatalog.Find("quick")!.Recipe))
        {
            Assert.NotEmpty(field.Group);
            Assert.EndsWith(".", field.Description);
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
        Assert.Equal("magic is not one of emp-ssl, bag-vicreg, vicreg.", Assert.Single(resolved.Errors["objective"]));
        Assert.Equal("There is no such field in a recipe.", Assert.Single(resolved.Errors["nonsense"]));
    }

    [Fact]
    public void An_unknown_recipe_names_those_that_exist()
    {
        var resolved = RecipeCatalog.Resolve("slow", null);
        Assert.Contains("'slow' is not a recipe: there are emp-ssl, bag-vicreg, vicreg-multi-scale, quick.", resolved.Errors["recipe"]);
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
