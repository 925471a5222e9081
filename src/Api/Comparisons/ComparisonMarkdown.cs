using System.Globalization;
using System.Text;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Comparisons;

/// <summary>A comparison as a page of Markdown: what was done, the bag table, costs, claims and protocol, in plain words.</summary>
public static class ComparisonMarkdown
{
    public static string Write(Comparison c)
    {
        var text = new StringBuilder($"# {MarkdownTable.Escape(c.Name)}\n\n");
        text.Append(Introduction(c)).Append("\n\n");
        foreach (var scores in Settings(c)) text.Append(Accuracies(c, scores)).Append('\n');
        text.Append(Agreement(c)).Append(Costs(c)).Append(Verdicts(c)).Append(Protocol(c));
        return text.ToString();
    }

    private static string Introduction(Comparison c)
    {
        var budget = c.Budget switch
        {
            { Minutes: { } minutes } => $"the same wall time, {Number(minutes)} minutes: the pace of each was measured first, and became the number of steps that its schedule spans; the costs below say what it came to",
            { Steps: { } steps } => $"the same number of steps, {steps.ToString("N0", CultureInfo.InvariantCulture)}",
            { Patches: { } patches } => $"the same number of patches, {patches.ToString("N0", CultureInfo.InvariantCulture)}",
            _ => "as long as each was; the costs below say how long",
        };
        var devices = c.Rows.Select(r => r.Cost?.Device).OfType<string>().Distinct().ToList();
        var on = devices.Count == 0 ? "" : $" Device: {MarkdownTable.Escape(string.Join("; ", devices))}.";
        var open = c.State is JobState.Completed ? "" : $" This comparison is **{c.State.ToString().ToLowerInvariant()}**: the table is as far as it got.";
        return $"{c.Rows.Count} recipes, trained on the dataset {MarkdownTable.Escape(c.DatasetName)} for {budget}. Seed {c.Seed}.{on}{open} "
            + $"Accuracies are in % of {Counted(c)}; n is the number of grid patches in an image's bag, *whole* the whole image as one patch. "
            + "h is the encoder's output, z the projection.";
    }

    private static string Counted(Comparison c)
    {
        var counts = c.Rows.Where(r => r.Scores.Count > 0).Select(r => r.TestImages).Distinct().Order().ToList();
        return counts.Count switch
        {
            0 => "the test images",
            1 => $"{counts[0].ToString("N0", CultureInfo.InvariantCulture)} test images",
            _ => $"{counts[0].ToString("N0", CultureInfo.InvariantCulture)} to {counts[^1].ToString("N0", CultureInfo.InvariantCulture)} test images",
        };
    }

    /// <summary>One table a classifier and setting, the linear probe first.</summary>
    private static IEnumerable<(string Classifier, int? K, double? Temperature)> Settings(Comparison c) => c.Rows.SelectMany(r => r.Scores)
        .Select(s => (s.Classifier, s.K, s.Temperature)).Distinct().OrderByDescending(s => s.Classifier == "linear").ThenByDescending(s => s.K);

    private static string Accuracies(Comparison c, (string Classifier, int? K, double? Temperature) setting)
    {
        var title = setting.Classifier == "linear" ? "Linear probe, mean ± standard deviation over its seeds" : $"Weighted kNN, k {setting.K}, T {Number(setting.Temperature ?? 0)}";
        var patches = c.Rows.SelectMany(r => r.Scores).Select(s => s.Patches).Distinct().OrderBy(p => p == "whole").ThenBy(Grids.Count).ToList();
        var table = new MarkdownTable(3, ["objective", "training", "vectors", .. patches.Select(p => p == "whole" ? p : $"n = {Grids.Count(p)}")]);
        foreach (var row in c.Rows.Where(r => r.Scores.Count > 0))
        {
            foreach (var vectors in row.Scores.Select(s => s.Vectors).OfType<VectorKind>().Distinct().Order())
            {
                string Cell(string at) => row.Scores.FirstOrDefault(s => (s.Classifier, s.K, s.Temperature) == setting && s.Vectors == vectors && s.Patches == at) is { } s
                    ? Percent(s.Accuracy) + (s.Deviation is { } deviation ? $" ± {Percent(deviation)}" : "")
                    : "";
                table.Add([ObjectiveNames.Of(row.Objective), Training(row), Space(vectors), .. patches.Select(Cell)]);
            }
        }
        return $"## {title}\n\n{table}";
    }

    private static string Agreement(Comparison c)
    {
        var all = c.Rows.SelectMany(r => r.Agreement.Select(a => (Row: r, Agreement: a))).ToList();
        if (all.Count == 0) return "";
        var patches = all.Select(a => a.Agreement.Patches).Distinct().OrderBy(Grids.Count).ToList();
        var table = new MarkdownTable(3, ["objective", "training", "vectors", .. patches.Select(p => $"n = {Grids.Count(p)}")]);
        foreach (var group in all.GroupBy(a => (a.Row, a.Agreement.Vectors)))
        {
            string Cell(string at) => group.FirstOrDefault(a => a.Agreement.Patches == at).Agreement is { } found
                ? string.Create(CultureInfo.InvariantCulture, $"{found.MeanCosine:0.000} ± {found.Deviation:0.000}")
                : "";
            table.Add([ObjectiveNames.Of(group.Key.Row.Objective), Training(group.Key.Row), Space(group.Key.Vectors), .. patches.Select(Cell)]);
        }
        return $"## Cosine of the bag and the whole image, mean ± standard deviation over test images\n\n{table}\n";
    }

    private static string Costs(Comparison c)
    {
        var table = new MarkdownTable(1, "recipe", "steps", "patches processed", "wall time", "peak memory", "measured pace", "device", "state", "checkpoint");
        foreach (var row in c.Rows)
        {
            table.Add(
                row.Recipe, row.Steps?.ToString("N0", CultureInfo.InvariantCulture) ?? "", row.Cost?.Patches.ToString("N0", CultureInfo.InvariantCulture) ?? "",
                row.Cost is { } cost ? $"{Number(Math.Round(cost.Seconds / 60, 1))} min" : "", row.Cost is { } memory ? string.Create(CultureInfo.InvariantCulture, $"{memory.PeakMemoryBytes / 1e9:0.00} GB") : "",
                row.SecondsAStep is { } pace ? $"{Number(Math.Round(pace, 4))} s a step" : "", MarkdownTable.Escape(row.Cost?.Device ?? ""),
                row.State.ToString().ToLowerInvariant() + (row.Error is { } error ? $": {MarkdownTable.Escape(error)}" : ""),
                row.ModelSha256 is { Length: > 12 } hash ? $"`{hash[..12]}`" : "");
        }
        return $"## What training cost\n\nEpochs do not compare; these do.\n\n{table}\n";
    }

    private static string Verdicts(Comparison c)
    {
        var text = new StringBuilder("## The paper's claims\n\n");
        foreach (var claim in c.Claims)
        {
            text.Append(CultureInfo.InvariantCulture, $"### {claim.Number}. {claim.Statement}\n\n**{Capital(Claims.Word(claim.Verdict))}.** {claim.Summary}\n\n");
            if (claim.Evidence.Count == 0) continue;
            var table = new MarkdownTable(4, "objective", "vectors", "by", "verdict", "first", "second", "difference", "95 % interval");
            foreach (var e in claim.Evidence)
            {
                string Figure(double value) => e.Classifier is null ? value.ToString("0.000", CultureInfo.InvariantCulture) : Percent(value);
                string Of(ClaimFigure f) => $"{Figure(f.Value)} ({f.Recipe}, {(f.Patches == "whole" ? f.Patches : $"n = {Grids.Count(f.Patches)}")})";
                table.Add(
                    ObjectiveNames.Of(e.Objective), Space(e.Vectors), e.Classifier ?? "cosine", (e.Decides ? "**" : "") + Claims.Word(e.Verdict) + (e.Decides ? "**" : ""),
                    Of(e.Left), Of(e.Right), Figure(e.Difference), $"{Figure(e.Low)} to {Figure(e.High)}");
            }
            text.Append(table).Append('\n');
        }
        return text.Append(Notes).Append("\n\n").ToString();
    }

    private const string Notes =
        "Rows in bold decide: the embedding h by the linear probe with the most patches, as fixed beforehand; the others are shown beside them. Claim 1 is supported where the "
        + "interval stays above −1 point and is not all below 0; claim 2 where it lies above 0; claim 3 where the mean cosine rises with every number of patches and from the fewest to the "
        + "most by more than chance. A claim is not supported where one objective speaks against it. Intervals are normal ones of two proportions (Agresti and Caffo) or two means "
        + "over the test images, taken as independent although the images are the same, which makes them no narrower than they should be. They say nothing about what another "
        + "seed of training would give: each recipe was trained once.";

    private static string Protocol(Comparison c)
    {
        var text = new StringBuilder("## Protocol\n\n");
        foreach (var protocol in c.Rows.Select(r => r.Protocol).OfType<string>().Distinct()) text.Append(MarkdownTable.Escape(protocol)).Append("\n\n");
        if (c.Overrides.Count > 0) text.Append($"Every recipe with {List(c.Overrides)}.\n\n");
        foreach (var (recipe, fields) in c.RecipeOverrides.Where(r => r.Value.Count > 0)) text.Append($"{recipe} with {List(fields)}.\n\n");
        return text.ToString().TrimEnd() + "\n";
    }

    private static string List(IReadOnlyDictionary<string, System.Text.Json.JsonElement> fields) => string.Join(", ", fields.Select(f => $"`{f.Key}` {f.Value}"));

    private static string Training(ComparedRecipe row) => row.Sampling == "multi" ? "multi-scale" : "fixed-scale";

    private static string Space(VectorKind vectors) => vectors switch { VectorKind.Embedding => "h", VectorKind.Projection => "z", _ => "hidden" };

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
