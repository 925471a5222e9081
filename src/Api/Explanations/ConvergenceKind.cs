using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain.Convergence;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Runtime;
using ConvergenceCurve = PatchSsl.Client.Contracts.ConvergenceCurve;
using ConvergencePoint = PatchSsl.Client.Contracts.ConvergencePoint;
using ConvergenceTrend = PatchSsl.Client.Contracts.ConvergenceTrend;
using Measured = PatchSsl.Core.Explain.Convergence;

namespace PatchSsl.Api.Explanations;

/// <summary>Cosine of a whole image's vector with the average of more and more patches' vectors.</summary>
public sealed class ConvergenceKind : ExplanationKindOf<ConvergenceSpec, ConvergenceResult>
{
    private const int FewestImages = 3, MostImages = 5000, FewestCounts = 2, MostCounts = 16;

    public override ExplanationKind Kind => ExplanationKind.Convergence;

    public override Reading Reading { get; } = new(
        "The line is the cosine between the vector of a whole image and the average of the vectors of n of its patches, averaged over images; the band holds the middle half of the images. The control takes another image's whole vector: where it is as high, all vectors point the same way and the cosine says little. Centred cosines take the mean vector off first, which removes that cone.",
        "For a model trained on crops of many scales the whole image's vector is about the average of its patches' vectors, and comes closer as more are averaged (claim 3 of arXiv 2206.08954). For a model trained on one scale the whole image is a kind of input it never saw, so a lower curve is no surprise there.",
        "A curve that does not rise with n, or rises to a maximum and then falls; or centred cosines with the own image no higher than those with another: then the average is not a stand-in for the whole image, however high the plain cosine.");

    public override string Columns => "vectors,patches,against,mean,low,high,deviation,p5,q1,median,q3,p95";

    public override bool Given(ExplanationOptions options) => options.Convergence is not null;

    public override ExplanationOptions Fill(ExplanationOptions? asked, ExplanationSubject subject, FieldErrors errors)
    {
        const string field = "options.convergence";
        var options = asked?.Convergence ?? new ConvergenceOptions();
        Range(errors, $"{field}.images", options.Images, FewestImages, MostImages);
        var counts = options.Patches ?? ConvergenceSpec.UsualCounts;
        if (counts.Distinct().Count() is < FewestCounts or > MostCounts)
            errors.Add($"{field}.patches", $"{field}.patches names {counts.Distinct().Count()} numbers: allowed are {FewestCounts} to {MostCounts} different ones.");
        for (var i = 0; i < counts.Count; i++)
        {
            if (!PatchGrid.TryParse($"grid:{Csv.Number(counts[i])}", out _))
                errors.Add($"{field}.patches[{i}]", $"{field}.patches[{i}] is {counts[i]}: allowed is a square number from 1 to 256.");
        }
        var (split, images) = SampledOptions.Split(options.Split, options.Images, subject, $"{field}.split", errors);
        if (options.Images >= FewestImages && images < FewestImages)
            errors.Add("datasetId", $"Convergence needs {FewestImages} images or more; there {(images == 1 ? "is" : "are")} {images}.");
        return new ExplanationOptions
        {
            Convergence = options with
            {
                Patches = [.. counts.Distinct().Order()],
                Vectors = SampledOptions.Vectors(options.Vectors, subject, $"{field}.vectors", errors),
                Split = split,
            },
        };
    }

    public override IEnumerable<IEnumerable<string>> Rows(ExplanationReport report) =>
        from curve in report.Convergence!.Curves
        from point in curve.Points
        from part in new[] { ("whole", point.Cosine), ("otherWhole", point.Other), ("wholeCentred", point.Centred), ("otherWholeCentred", point.CentredOther), ("largestBag", point.Largest) }
        select Row(curve.Vectors, point.Patches, part.Item1, part.Item2);

    protected override ConvergenceSpec Asked(ExplanationRow row, string datasetDirectory, string checkpointPath)
    {
        var options = row.Options.Convergence!;
        return new ConvergenceSpec(
            datasetDirectory, checkpointPath, SampledOptions.Spaces(options.Vectors!), options.Patches!, options.Split, options.Images, row.Seed);
    }

    protected override ConvergenceResult Measure(ConvergenceSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken stop) =>
        ConvergenceRun.Run(spec, runtime, reporter, stop);

    protected override ExplanationReport Shown(ConvergenceResult result) => new()
    {
        Convergence = new ConvergenceReport(result.Images, result.ImagesFrom, result.Split, [.. result.Curves.Select(Shown)], result.Protocol),
    };

    private static ConvergenceCurve Shown(Measured.ConvergenceCurve c) => new(
        c.Vectors.ToContract(), c.Dim,
        [.. c.Points.Select(p => new ConvergencePoint(p.Patches, Shown(p.Cosine), Shown(p.Other), Shown(p.Centred), Shown(p.CentredOther), Shown(p.Largest)))],
        new ExpectedDifference(0, c.Rise.Shown(), ExpectationOutcome.NoneStated), c.Own.Shown(), c.Falls, Shown(c.Trend));

    private static ConvergenceTrend Shown(Measured.ConvergenceTrend t) =>
        new(t.Slope.Difference.Shown(), t.Peak, t.Rise.Shown(), t.Fall.Shown(), t.Verdict.Shown());

    private static CosineSpread Shown(Spread s) => new(s.Mean.Mean, s.Mean.Low, s.Mean.High, s.Deviation, s.P5, s.Q1, s.Median, s.Q3, s.P95);

    private static string[] Row(VectorKind vectors, int patches, string against, CosineSpread s) =>
    [
        Csv.Word(vectors), Csv.Number(patches), against, .. new[] { s.Mean, s.Low, s.High, s.Deviation, s.P5, s.Q1, s.Median, s.Q3, s.P95 }.Select(Csv.Number),
    ];
}
