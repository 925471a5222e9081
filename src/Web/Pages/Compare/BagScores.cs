using System.Globalization;
using System.Text.Json;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Compare;

/// <summary>A classifier in one setting.</summary>
public sealed record ScoreSetting(string Classifier, int? K, double? Temperature)
{
    /// <summary>For example kNN, k 200.</summary>
    public string Text => Classifier == "linear" ? "Linear probe" : string.Create(CultureInfo.InvariantCulture, $"kNN, k {K}, T {Temperature}");

    /// <summary>As in an address.</summary>
    public string Key => Classifier == "linear" ? "linear" : string.Create(CultureInfo.InvariantCulture, $"knn{K}");

    public bool Fits(EvaluationScore score) => (score.Classifier, score.K, score.Temperature) == (Classifier, K, Temperature);
}

/// <summary>A recipe on fixed-scale patches beside its multi-scale twin; either may be missing.</summary>
public sealed record BagPair(ComparedRecipe? Fixed, ComparedRecipe? Multi);

/// <summary>The rows of one objective.</summary>
public sealed record BagGroup(string Objective, IReadOnlyList<BagPair> Pairs)
{
    public string Title => ObjectiveNames.Of(Objective);
}

/// <summary>A comparison's rows as the bag table arranges them.</summary>
public static class BagScores
{
    /// <summary>Objectives in the order of the rows; of one, the first fixed-scale row beside the first multi-scale one, and so on.</summary>
    public static IReadOnlyList<BagGroup> Groups(IReadOnlyList<ComparedRecipe> rows) =>
    [
        .. rows.GroupBy(r => r.Objective).Select(g =>
        {
            var (multi, single) = (g.Where(r => r.Sampling == "multi").ToList(), g.Where(r => r.Sampling != "multi").ToList());
            return new BagGroup(g.Key, [.. Enumerable.Range(0, Math.Max(single.Count, multi.Count))
                .Select(i => new BagPair(single.ElementAtOrDefault(i), multi.ElementAtOrDefault(i)))]);
        }),
    ];

    /// <summary>Every setting measured, the linear probe first.</summary>
    public static IReadOnlyList<ScoreSetting> Settings(IReadOnlyList<ComparedRecipe> rows) =>
    [
        .. rows.SelectMany(r => r.Scores).Select(s => new ScoreSetting(s.Classifier, s.K, s.Temperature)).Distinct()
            .OrderByDescending(s => s.Classifier == "linear").ThenByDescending(s => s.K),
    ];

    /// <summary>Patches measured, from few to many, the whole image last.</summary>
    public static IReadOnlyList<string> Patches(IReadOnlyList<ComparedRecipe> rows) =>
        [.. rows.SelectMany(r => r.Scores).Select(s => s.Patches).Distinct().OrderBy(p => p == "whole").ThenBy(Choices.Count)];

    public static IReadOnlyList<VectorKind> Spaces(IReadOnlyList<ComparedRecipe> rows) =>
        [.. rows.SelectMany(r => r.Scores).Select(s => s.Vectors).OfType<VectorKind>().Distinct().Order()];

    public static EvaluationScore? Find(ComparedRecipe? row, ScoreSetting setting, VectorKind vectors, string patches) =>
        row?.Scores.FirstOrDefault(s => s.Vectors == vectors && s.Patches == patches && setting.Fits(s));

    /// <summary>h, z or hidden.</summary>
    public static string Short(VectorKind vectors) => vectors switch { VectorKind.Embedding => "h", VectorKind.Projection => "z", _ => "hidden" };

    /// <summary>What training a recipe cost, in a line.</summary>
    public static string Cost(TrainingCost cost) =>
        $"{Large(cost.Patches)} patches · {State.Units.Duration(cost.Seconds)} · {State.Units.Bytes(cost.PeakMemoryBytes)}";

    /// <summary>12.3 M</summary>
    public static string Large(long value) => value switch
    {
        >= 1_000_000_000 => (value / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + "\u00a0G",
        >= 1_000_000 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "\u00a0M",
        >= 10_000 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "\u00a0k",
        _ => State.Units.Count(value),
    };

    /// <summary>For example 10 minutes a recipe.</summary>
    public static string Budget(ComparisonBudget? budget) => budget switch
    {
        { Minutes: { } minutes } => $"{State.Units.Duration(minutes * 60)} a recipe",
        { Steps: { } steps } => $"{State.Units.Count(steps, "step")} a recipe",
        { Patches: { } patches } => $"{Large(patches)} patches a recipe",
        _ => "trained before",
    };

    /// <summary>views 8, width 0.25</summary>
    public static string Fields(IReadOnlyDictionary<string, JsonElement> fields) => string.Join(", ", fields.Select(f => $"{f.Key} {Runs.RunForm.Text(f.Value)}"));
}
