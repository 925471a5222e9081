using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;

namespace PatchSsl.Web.Pages.Compare;

/// <summary>Accuracy against the number of patches: a chart an objective.</summary>
public static class BagCurves
{
    /// <summary>Bags as lines in their run's colour, the multi-scale model's whole image, which they are to beat, as a dashed one.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<ChartSeries> Series)> Of(
        IReadOnlyList<ComparedRecipe> rows, ScoreSetting setting, VectorKind space, IReadOnlyDictionary<string, string> colours)
    {
        double[] counts = [.. BagScores.Patches(rows).Where(p => p != "whole").Select(p => (double)Choices.Count(p))];
        return [.. BagScores.Groups(rows).Select(g => (g.Title, Series: Series(g)))];

        IReadOnlyList<ChartSeries> Series(BagGroup group)
        {
            var series = new List<ChartSeries>();
            foreach (var row in group.Pairs.SelectMany(p => new[] { p.Fixed, p.Multi }).OfType<ComparedRecipe>().Where(r => r.Scores.Count > 0))
            {
                var name = (row.Sampling == "multi" ? "Multi-scale" : "Fixed-scale") + (group.Pairs.Count > 1 ? $", {row.RunName}" : "");
                var colour = colours.GetValueOrDefault(row.RunId ?? "");
                double[] accuracies = [.. counts.Select(n => BagScores.Find(row, setting, space, $"grid:{(int)n}")?.Accuracy ?? double.NaN)];
                series.Add(new ChartSeries($"{name}, bag", counts, accuracies, colour, SeriesStyle.LineAndPoints));
                if (row.Sampling == "multi" && BagScores.Find(row, setting, space, "whole") is { } whole && counts.Length > 0)
                    series.Add(new ChartSeries($"{name}, whole image", counts, [.. counts.Select(_ => whole.Accuracy)], colour, SeriesStyle.Dashed));
            }
            return series;
        }
    }

    /// <summary>Whether two readings of a comparison have the same scores: a measured one never changes.</summary>
    public static bool Same(IReadOnlyList<ComparedRecipe> a, IReadOnlyList<ComparedRecipe> b) =>
        a.Select(r => (r.EvaluationId, r.Scores.Count)).SequenceEqual(b.Select(r => (r.EvaluationId, r.Scores.Count)));
}
