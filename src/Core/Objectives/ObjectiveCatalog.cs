using PatchSsl.Core.Recipes;

namespace PatchSsl.Core.Objectives;

/// <summary>An objective on offer.</summary>
/// <param name="Name">As in recipes.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Build">From a valid recipe, which holds its weights.</param>
public sealed record ObjectiveDescription(string Name, string Summary, string Source, Func<Recipe, IObjective> Build);

/// <summary>The objectives training supports. A new one is a file and a line here, and its name among the choices
/// of <see cref="Recipe.Objective"/>; its settings, if it has any, are fields of <see cref="Recipe"/>, and what they must not be stands in
/// <see cref="ObjectiveRules"/>.</summary>
public static class ObjectiveCatalog
{
    /// <summary>Every objective, in the order to show them.</summary>
    public static IReadOnlyList<ObjectiveDescription> All { get; } =
    [
        new("emp-ssl", "Patches agree with their image's average; each view's batch spreads over the space.", "EMP-SSL, arXiv 2304.03977",
            r => new EmpSsl(r.SimilarityWeight, r.CodingRateWeight, r.CodingRateEpsilon)),
        new("bag-vicreg", "VICReg between the patches of one image, averaged over all pairs: vicreg by the name it has in the bag's paper.", "Intra-Instance VICReg, arXiv 2206.08954",
            r => new VicReg("bag-vicreg", r.InvarianceWeight, r.VarianceWeight, r.CovarianceWeight)),
        new("vicreg", "Views agree, every dimension varies, dimensions are uncorrelated.", "VICReg, arXiv 2105.04906",
            r => new VicReg("vicreg", r.InvarianceWeight, r.VarianceWeight, r.CovarianceWeight)),
        new("simclr", "Among all other patches, each picks its partner.", "SimCLR, arXiv 2002.05709", r => new SimClr(r.Temperature)),
        new("byol", "A predictor foretells what a slowly following copy of the network makes of the other views.", "BYOL, arXiv 2006.07733",
            r => new Byol(r.PredictorHidden > 0 ? r.PredictorHidden : r.ProjectorHidden)),
        new("barlow-twins", "The cross-correlation of two views is the identity.", "Barlow Twins, arXiv 2103.03230", r => new BarlowTwins(r.BarlowLambda, r.BarlowScale)),
        new("spectral", "Products of vectors model how often patches occur together.", "Spectral contrastive loss, arXiv 2106.04156", _ => new Spectral()),
    ];

    /// <summary>What a recipe's <see cref="Recipe.Objective"/> may be.</summary>
    public static IEnumerable<string> Names => All.Select(d => d.Name);

    /// <summary>The objective of a name, or null.</summary>
    public static ObjectiveDescription? Find(string name) => All.FirstOrDefault(d => d.Name == name);

    /// <summary>The objective a recipe names, with the recipe's weights.</summary>
    /// <exception cref="ArgumentException">It is not in the catalogue.</exception>
    public static IObjective Create(Recipe recipe) =>
        Find(recipe.Objective)?.Build(recipe)
        ?? throw new ArgumentException($"The objective must be one of {string.Join(", ", Names)}, not '{recipe.Objective}'.");
}
