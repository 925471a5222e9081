using System.Globalization;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using Interval = PatchSsl.Core.Evaluation.Interval;
using Intervals = PatchSsl.Core.Evaluation.Intervals;

namespace PatchSsl.Api.Comparisons;

/// <summary>What a table's numbers say about the paper's claims 1, 2 and 3 (arXiv 2206.08954). Pure functions of the rows.</summary>
/// <remarks>
/// What decides is fixed beforehand, so that nothing is picked by its result: the embedding, the linear probe, and the bag of the most patches
/// evaluated. The other spaces and the kNN are shown beside it.
/// </remarks>
public static class Claims
{
    /// <summary>A share this much lower counts as equally good in claim 1.</summary>
    public const double Margin = .01;

    private const string Whole = "whole";

    private static readonly string[] Statements =
    [
        "A bag of fixed-scale patches is as good as or better than the whole image under the usual multi-scale training.",
        "Averaging patch vectors also improves models trained the usual multi-scale way.",
        "For a multi-scale model the whole-image vector is about the average of its patch vectors, and the closer the more patches are averaged.",
    ];

    /// <summary>The three claims; those without rows to tell are undecided.</summary>
    public static IReadOnlyList<Claim> Of(IReadOnlyList<ComparedRecipe> rows)
    {
        ComparedRecipe[] ready = [.. rows.Where(r => r.State == ComparedState.Ready)];
        ComparedRecipe[] multi = [.. ready.Where(r => r.Sampling == "multi")];
        var pairs = from one in ready where one.Sampling == "fixed" from other in multi where other.Objective == one.Objective select (one, other);
        return
        [
            Conclude(1, [.. pairs.SelectMany(p => Scores(p.one, p.other, AsGood))], "No objective has been evaluated with both samplings yet."),
            Conclude(2, [.. multi.SelectMany(r => Scores(r, r, Better))], "No multi-scale model has been evaluated yet."),
            Conclude(3, [.. multi.SelectMany(Agreements)], "No multi-scale model has been evaluated on two numbers of patches yet."),
        ];
    }

    /// <summary>Claim 1: no worse than by the margin, and not surely worse.</summary>
    public static Verdict AsGood(Interval d) => d.High < 0 ? Verdict.NotSupported : d.Low > -Margin ? Verdict.Supported : Verdict.Undecided;

    /// <summary>Claim 2: surely better, or surely worse.</summary>
    public static Verdict Better(Interval d) => d.Low > 0 ? Verdict.Supported : d.High < 0 ? Verdict.NotSupported : Verdict.Undecided;

    /// <summary>The largest bag of one row against the whole image of another, in every space and by each classifier that both have.</summary>
    private static IEnumerable<ClaimEvidence> Scores(ComparedRecipe bagged, ComparedRecipe whole, Func<Interval, Verdict> judge)
    {
        if (bagged.Scores.Where(s => Grids.Count(s.Patches) > 0).MaxBy(s => Grids.Count(s.Patches))?.Patches is not { } bag) yield break;
        var settings = bagged.Scores.Where(s => s.Patches == bag && s.Vectors is not null).Select(s => (Vectors: s.Vectors!.Value, s.Classifier)).Distinct()
            .OrderBy(s => s.Vectors).ThenByDescending(s => s.Classifier == "linear").ToList();
        var decides = true;
        foreach (var (vectors, classifier) in settings)
        {
            if (Accuracy(bagged, vectors, classifier, bag) is not { } left || Accuracy(whole, vectors, classifier, Whole) is not { } right) continue;
            var d = Intervals.OfShares(left, bagged.TestImages, right, whole.TestImages);
            yield return new ClaimEvidence(
                bagged.Objective, decides, judge(d), vectors, classifier, new ClaimFigure(bagged.Recipe, bag, left), new ClaimFigure(whole.Recipe, Whole, right),
                d.Difference, d.Low, d.High, Math.Min(bagged.TestImages, whole.TestImages));
            decides = false;
        }
    }

    /// <summary>Cosine of the bag and the whole image: the most patches against the fewest.</summary>
    private static IEnumerable<ClaimEvidence> Agreements(ComparedRecipe row)
    {
        var decides = true;
        foreach (var space in row.Agreement.Where(a => Grids.Count(a.Patches) > 0).GroupBy(a => a.Vectors).OrderBy(g => g.Key))
        {
            var rising = space.OrderBy(a => Grids.Count(a.Patches)).ToList();
            if (rising.Count < 2) continue;
            var (first, last) = (rising[0], rising[^1]);
            var d = Intervals.OfMeans(last.MeanCosine, last.Deviation, first.MeanCosine, first.Deviation, row.TestImages);
            var always = rising.Zip(rising.Skip(1)).All(p => p.Second.MeanCosine >= p.First.MeanCosine);
            var verdict = Better(d) is Verdict.Supported && !always ? Verdict.Undecided : Better(d);
            yield return new ClaimEvidence(
                row.Objective, decides, verdict, space.Key, null, new ClaimFigure(row.Recipe, last.Patches, last.MeanCosine),
                new ClaimFigure(row.Recipe, first.Patches, first.MeanCosine), d.Difference, d.Low, d.High, row.TestImages);
            decides = false;
        }
    }

    private static Claim Conclude(int number, IReadOnlyList<ClaimEvidence> evidence, string nothing)
    {
        var deciding = evidence.Where(e => e.Decides).ToList();
        var verdict = deciding.Count == 0 ? Verdict.Undecided
            : deciding.Exists(e => e.Verdict == Verdict.NotSupported) ? Verdict.NotSupported
            : deciding.TrueForAll(e => e.Verdict == Verdict.Supported) ? Verdict.Supported
            : Verdict.Undecided;
        var summary = deciding.Count == 0 ? nothing : Sentence(deciding);
        if (number == 3 && deciding.Count > 0)
        {
            var (lowest, highest) = (deciding.Min(e => e.Left.Value), deciding.Max(e => e.Left.Value));
            summary += string.Create(CultureInfo.InvariantCulture, $" With {Grids.Count(deciding[0].Left.Patches)} patches the mean cosine is {lowest:0.000}{(highest > lowest ? $" to {highest:0.000}" : "")}.");
        }
        return new Claim(number, Statements[number - 1], verdict, summary, [.. evidence.OrderByDescending(e => e.Decides)]);
    }

    /// <summary>For example: Supported for VICReg and SimCLR; undecided for BYOL.</summary>
    private static string Sentence(IEnumerable<ClaimEvidence> deciding)
    {
        var parts = deciding.GroupBy(e => e.Verdict).OrderBy(g => g.Key).Select(g => $"{Word(g.Key)} for {List([.. g.Select(e => ObjectiveNames.Of(e.Objective)).Distinct()])}");
        var text = string.Join("; ", parts);
        return char.ToUpperInvariant(text[0]) + text[1..] + ".";
    }

    /// <summary>The verdict in words.</summary>
    public static string Word(Verdict verdict) => verdict switch { Verdict.Supported => "supported", Verdict.NotSupported => "not supported", _ => "undecided" };

    private static string List(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    /// <summary>The first setting measured: of kNN the one of most neighbours.</summary>
    private static double? Accuracy(ComparedRecipe row, VectorKind vectors, string classifier, string patches) =>
        row.Scores.FirstOrDefault(s => s.Vectors == vectors && s.Classifier == classifier && s.Patches == patches)?.Accuracy;
}
