using System.Globalization;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages.Evaluations;

/// <summary>A way of measuring: a linear probe, or kNN with one k and temperature.</summary>
public sealed record Measure(string Classifier, int? K, double? Temperature)
{
    public bool IsLinear => Classifier == "linear";

    /// <summary>linear, or kNN, k 200</summary>
    public string Title => IsLinear ? "linear" : $"kNN, k{Gap}{K}";

    /// <summary>With everything that was set.</summary>
    public string Explanation => IsLinear
        ? "linear probe: mean over three seeds, ± their standard deviation"
        : string.Create(CultureInfo.InvariantCulture, $"weighted kNN, k {K}, temperature {Temperature}");

    private const char Gap = '\u00a0';
}

/// <summary>A score of the model or of a baseline, in one form.</summary>
/// <param name="Of">model, raw pixels or untrained encoder.</param>
/// <param name="Images">Test images.</param>
/// <param name="Low">Lower end of the 95 % interval; null where the server does not say.</param>
/// <param name="High">Upper end.</param>
public sealed record Figure(
    string Of, VectorKind? Vectors, string Patches, Measure Measure, double Accuracy, double? Deviation, int Images, double? Low, double? High)
{
    /// <summary>85.3 %, or 85.3 ± 0.2 %: where the number of images stands beside it.</summary>
    public string Share => Deviation is { } sd
        ? string.Create(CultureInfo.InvariantCulture, $"{Accuracy * 100:0.0}\u00a0±\u00a0{sd * 100:0.0}\u00a0%")
        : Units.Percent(Accuracy);

    /// <summary>13 of 24 (54.2 %), or 54.2 % of 400.</summary>
    public string Text => Images >= Units.FewImages ? $"{Share} of {Units.Count(Images)}" : $"{Units.Accuracy(Accuracy, Images)} ({Share})";

    /// <summary>35 to 72 %; empty where it is not known.</summary>
    public string Interval => Low is { } low && High is { } high
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * low:0.#} to {100 * high:0.#}\u00a0%")
        : "";
}

/// <summary>All that an evaluation measured, found by space, patches and way of measuring.</summary>
public sealed class Figures
{
    public const string Model = "model", RawPixels = "raw pixels", Untrained = "untrained encoder", LargestClass = "largest class";

    private readonly IReadOnlyList<Figure> _all;
    private readonly Evaluation _evaluation;

    public Figures(Evaluation evaluation)
    {
        _evaluation = evaluation;
        _all =
        [
            .. evaluation.Scores.Select(s => new Figure(Model, s.Vectors, s.Patches, new(s.Classifier, s.K, s.Temperature), s.Accuracy, s.Deviation,
                evaluation.TestImages, s.Low, s.High)),
            .. evaluation.Baselines.Select(b => new Figure(b.Name, b.Vectors, b.Patches, new(b.Classifier, b.K, b.Temperature), b.Accuracy, b.Deviation,
                evaluation.TestImages, b.Low, b.High)),
        ];
        Spaces = [.. _all.Where(f => f.Of == Model).Select(f => f.Vectors).OfType<VectorKind>().Distinct().Order()];
        Patches = [.. _all.Where(f => f.Of == Model).Select(f => f.Patches).Distinct().OrderBy(p => p == "whole").ThenBy(Choices.Count)];
        Measures = [.. _all.Where(f => f.Of == Model).Select(f => f.Measure).Distinct().OrderBy(m => !m.IsLinear)];
    }

    /// <summary>Test images that every figure is of.</summary>
    public int Images => _evaluation.TestImages;

    /// <summary>h, hidden, z, as far as measured.</summary>
    public IReadOnlyList<VectorKind> Spaces { get; }

    /// <summary>From few to many, the whole image last.</summary>
    public IReadOnlyList<string> Patches { get; }

    /// <summary>The linear probe first.</summary>
    public IReadOnlyList<Measure> Measures { get; }

    /// <summary>True where the baseline was measured.</summary>
    public bool Has(string of) => _all.Any(f => f.Of == of);

    /// <param name="space">Of raw pixels any.</param>
    public Figure? Find(string of, VectorKind? space, string patches, Measure measure) => _all.FirstOrDefault(f =>
        f.Of == of && f.Measure == measure && (of == RawPixels || f.Vectors == space && f.Patches == patches));

    /// <summary>Cosine of the bag and the whole image's vector.</summary>
    public BagAgreement? Agreement(VectorKind space, string patches) => _evaluation.Agreement?.FirstOrDefault(a => a.Vectors == space && a.Patches == patches);

    /// <summary>The figure that stands for the evaluation, or a baseline under the very same setting.</summary>
    public Figure? Headline(string of = Model)
    {
        var measure = Measures.FirstOrDefault(m => m.IsLinear == (_evaluation.Kind != EvaluationKind.Knn));
        return measure is null ? null : Find(of, _evaluation.Vectors, _evaluation.Patches, measure);
    }

    /// <summary>The best of a column: the model's own rows. Of few images none is called best.</summary>
    public Figure? Best(VectorKind space, Measure measure) => _evaluation.TestImages < Units.FewImages ? null : Patches.Select(p => Find(Model, space, p, measure)).OfType<Figure>().MaxBy(f => f.Accuracy);
}
