using PatchSsl.Client.Contracts;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages.Runs;

/// <summary>The best of a run in words.</summary>
public static class BestMetrics
{
    /// <summary>83.2 % of 250 images, kNN accuracy; −212 Loss</summary>
    public static string Text(BestMetric best) => best.Name != MetricNames.Knn
        ? $"{Units.Metric(best.Name, best.Value)} {MetricNames.Title(best.Name)}"
        : best.Images is null
            ? $"{MetricNames.Value(best.Name, best.Value, null)} {MetricNames.Title(best.Name)}"
            : $"{MetricNames.Value(best.Name, best.Value, best.Images)} images, {MetricNames.Title(best.Name)}";

    /// <summary>too few … → Too few …</summary>
    public static string Sentence(string note) => char.ToUpperInvariant(note[0]) + note[1..];
}
