using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>How far a recipe of a comparison is.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ComparedState>))]
public enum ComparedState { Queued, Measuring, Training, Evaluating, Ready, Failed, Stopped }

/// <summary>What the numbers say about a claim.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<Verdict>))]
public enum Verdict { Supported, NotSupported, Undecided }

/// <summary>The bag table: recipes trained on one dataset within one budget and evaluated alike. This is its row in the list.</summary>
/// <param name="Done">Recipes that ended, well or not.</param>
/// <param name="Total">Recipes in all.</param>
/// <param name="EtaSeconds">Seconds left as far as they can be told; null where they cannot, or it has ended.</param>
public record ComparisonSummary(
    string Id, string Name, string DatasetId, string DatasetName, JobState State, int Done, int Total, double? EtaSeconds, string? Error,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

/// <summary>A comparison with its table and what the numbers say about the paper's claims.</summary>
/// <param name="Budget">Null where runs were compared that existed.</param>
/// <param name="Overrides">Recipe fields that every recipe, or run, was given.</param>
/// <param name="RecipeOverrides">Recipe → fields that it alone was given.</param>
/// <param name="Rows">In the order of training.</param>
/// <param name="Claims">Claims 1, 2 and 3, as far as the rows can tell.</param>
public sealed record Comparison(
    string Id, string Name, string DatasetId, string DatasetName, JobState State, int Done, int Total, double? EtaSeconds, string? Error,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, ComparisonBudget? Budget, ComparisonEvaluation Evaluation, long Seed,
    IReadOnlyDictionary<string, JsonElement> Overrides, IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> RecipeOverrides,
    IReadOnlyList<ComparedRecipe> Rows, IReadOnlyList<Claim> Claims)
    : ComparisonSummary(Id, Name, DatasetId, DatasetName, State, Done, Total, EtaSeconds, Error, CreatedAt, FinishedAt);

/// <summary>A row of the table.</summary>
/// <param name="Objective">The recipe's name without bag- and -multi-scale: a recipe and its twin have the same.</param>
/// <param name="Sampling">fixed or multi.</param>
/// <param name="SecondsAStep">The measured pace that the budget was turned into steps by; null where the budget is none of time.</param>
/// <param name="Steps">Steps of the run; null until known.</param>
/// <param name="Progress">Of the measurement, training or evaluation under way.</param>
/// <param name="Cost">What training took.</param>
/// <param name="Scores">Of the evaluation, a sweep.</param>
/// <param name="Agreement">How close its bags come to the whole-image vector.</param>
/// <param name="Protocol">Of the evaluation, in words.</param>
/// <param name="ModelSha256">Hash of the checkpoint that was evaluated.</param>
public sealed record ComparedRecipe(
    string Recipe, string Objective, string Sampling, ComparedState State, string? RunId, string? EvaluationId, double? SecondsAStep, long? Steps,
    Progress? Progress, TrainingCost? Cost, IReadOnlyList<EvaluationScore> Scores, IReadOnlyList<BagAgreement> Agreement, int TrainImages,
    int TestImages, string? Protocol, string? Error, string? RunName = null,
    string? ModelSha256 = null);

/// <summary>What each recipe may spend on training; exactly one is given.</summary>
/// <param name="Minutes">Wall time of each recipe, 0.1 to 10,080: its pace is measured first and becomes a number of steps.</param>
/// <param name="Steps">1 to 100,000,000.</param>
/// <param name="Patches">Patches processed, at least as many as a step takes.</param>
public sealed record ComparisonBudget(double? Minutes = null, long? Steps = null, long? Patches = null);

/// <summary>
/// How each run is evaluated: by a sweep with kNN and the linear probe, on patches of the recipe's <c>patchScale</c>, which a recipe and its
/// multi-scale twin share.
/// </summary>
/// <param name="Patches">Numbers of grid patches, square numbers from 1 to 256; absent: 1, 4, 16 and 49. The whole image comes beside them always.</param>
/// <param name="Vectors">Absent: embedding and projection.</param>
/// <param name="Split">Absent: the dataset's own split, every class, every image.</param>
public sealed record ComparisonEvaluation(
    IReadOnlyList<int>? Patches = null, IReadOnlyList<VectorKind>? Vectors = null, EvaluationSplit? Split = null);

/// <param name="Recipes">1 to 32 names of <c>/recipes</c>; absent: bag-vicreg, bag-simclr, bag-byol, emp-ssl and the multi-scale twin of each.</param>
/// <param name="Overrides">Recipe fields for every recipe, for example width. Those that the budget sets are not taken.</param>
/// <param name="RecipeOverrides">Recipe → fields for it alone; they count before <paramref name="Overrides"/>.</param>
/// <param name="Budget">Absent: 10 minutes a recipe.</param>
/// <param name="Evaluation">Absent: every default.</param>
/// <param name="Seed">Seed of every run and evaluation; drawn by the server when absent.</param>
/// <param name="Runs">
/// Ids of 1 to 32 runs that exist, instead of recipes: nothing is trained, and the newest checkpoint of each is evaluated. Goes without recipes,
/// overrides and budget.
/// </param>
public sealed record CreateComparison(
    string Name, string DatasetId, IReadOnlyList<string>? Recipes = null, IReadOnlyDictionary<string, JsonElement>? Overrides = null,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>>? RecipeOverrides = null, ComparisonBudget? Budget = null,
    ComparisonEvaluation? Evaluation = null, long? Seed = null, IReadOnlyList<string>? Runs = null);

/// <summary>A claim of the paper beside what this comparison's numbers say about it.</summary>
/// <param name="Number">The paper's claim 1, 2 or 3.</param>
/// <param name="Verdict">supported: by every comparison that decides. notSupported: at least one speaks against it. undecided: otherwise.</param>
/// <param name="Summary">The verdict in a sentence or two.</param>
/// <param name="Evidence">The comparisons behind it, those that decide first.</param>
public sealed record Claim(int Number, string Statement, Verdict Verdict, string Summary, IReadOnlyList<ClaimEvidence> Evidence);

/// <summary>Two figures of the table and their difference.</summary>
/// <param name="Objective">As in the rows.</param>
/// <param name="Decides">Whether the claim's verdict rests on it; the other comparisons are shown for completeness.</param>
/// <param name="Classifier">linear or knn; null where the figures are cosines.</param>
/// <param name="Left">What the first figure is of.</param>
/// <param name="Right">What the second is of.</param>
/// <param name="Difference">First less second.</param>
/// <param name="Low">Lower end of the difference's 95 % confidence interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Images">Test images that each figure is of.</param>
public sealed record ClaimEvidence(
    string Objective, bool Decides, Verdict Verdict, VectorKind Vectors, string? Classifier, ClaimFigure Left, ClaimFigure Right, double Difference,
    double Low, double High, int Images);

/// <summary>A figure of the table.</summary>
/// <param name="Patches"><c>grid:n</c> or <c>whole</c>.</param>
/// <param name="Value">Accuracy from 0 to 1, or a mean cosine.</param>
public sealed record ClaimFigure(string Recipe, string Patches, double Value);
