using System.Globalization;
using System.Text;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Evaluations;

/// <summary>A bar of a result card.</summary>
/// <param name="Tone">CSS class: the space's colour, or baseline.</param>
public sealed record AccuracyBar(string Label, double Accuracy, string Tone);

/// <summary>Every evaluation of one model on one dataset: the bag sweep as far as it was measured, its baselines beside it.</summary>
public sealed record EvaluationCard(Evaluation Newest, IReadOnlyList<Evaluation> Evaluations)
{
    /// <summary>Cards by model and dataset, the newest first.</summary>
    public static IReadOnlyList<EvaluationCard> Of(IEnumerable<Evaluation> evaluations) =>
    [
        .. evaluations.Where(e => e.State == ResourceState.Ready)
            .GroupBy(e => (e.Model, e.DatasetId))
            .Select(g => new EvaluationCard(g.MaxBy(e => e.CreatedAt)!, [.. g.OrderBy(e => e.Vectors).ThenBy(Order)]))
            .OrderByDescending(c => c.Newest.CreatedAt),
    ];

    /// <summary>
    /// The model's accuracy in each space by number of patches, then the best of each baseline. Of evaluations with the same setting the newest counts.
    /// </summary>
    public IReadOnlyList<AccuracyBar> Bars =>
    [
        .. Evaluations.GroupBy(e => (e.Vectors, e.Patches)).Select(g => g.MaxBy(e => e.CreatedAt)!)
            .Select(e => new AccuracyBar(
                $"{Choices.SpaceText(e.Vectors)}, {Choices.PatchesShort(e.Patches)}", e.Accuracy ?? 0, e.Vectors.ToString().ToLowerInvariant())),
        .. Evaluations.SelectMany(e => e.Baselines.Select(b => (b, e.Patches))).GroupBy(p => p.b.Name)
            .Select(g => g.OrderByDescending(p => p.b.Accuracy).ThenByDescending(p => Choices.Count(p.Patches)).First())
            .Select(p => new AccuracyBar($"{p.b.Name}, {Choices.PatchesShort(p.Patches)}", p.b.Accuracy, "baseline")),
    ];

    private static int Order(Evaluation e) => e.Patches == "whole" ? 0 : Choices.Count(e.Patches);
}

/// <summary>Evaluations as comma-separated values, one row a measured setting.</summary>
public static class EvaluationCsv
{
    /// <summary>RFC 4180, with a header; numbers with a point.</summary>
    public static string Write(IEnumerable<Evaluation> evaluations)
    {
        var csv = new StringBuilder("evaluation,model,model_name,model_sha256,dataset,kind,vectors,patches,seed,what,k,temperature,accuracy,train_images,test_images,created_at,protocol\r\n");
        foreach (var e in evaluations.Where(e => e.State == ResourceState.Ready))
        {
            foreach (var s in e.Scores) Row(csv, e, "model", s.K, s.Temperature, s.Accuracy);
            foreach (var b in e.Baselines) Row(csv, e, b.Name, b.K, b.Temperature, b.Accuracy);
        }
        return csv.ToString();
    }

    private static void Row(StringBuilder csv, Evaluation e, string what, int? k, double? temperature, double accuracy) =>
        csv.AppendJoin(',', new[]
        {
            e.Id, e.Model, e.ModelName, e.ModelSha256 ?? "", e.DatasetName, e.Kind.ToString().ToLowerInvariant(), e.Vectors.ToString().ToLowerInvariant(),
            e.Patches, Number(e.Seed), what, Number(k), Number(temperature), Number(accuracy), Number(e.TrainImages), Number(e.TestImages),
            e.CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), e.Protocol,
        }.Select(Quote)).Append("\r\n");

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string text) => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
