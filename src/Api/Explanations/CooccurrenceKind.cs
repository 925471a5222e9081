using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain.Cooccurrence;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;
using CooccurrenceFit = PatchSsl.Client.Contracts.CooccurrenceFit;
using CooccurrenceOptions = PatchSsl.Client.Contracts.CooccurrenceOptions;
using CoreFit = PatchSsl.Core.Explain.Cooccurrence.CooccurrenceFit;
using CoreOptions = PatchSsl.Core.Explain.Cooccurrence.CooccurrenceOptions;

namespace PatchSsl.Api.Explanations;

/// <summary>Whether products follow co-occurrence: the paper's fourth claim.</summary>
public sealed class CooccurrenceKind : ExplanationKindOf<CooccurrenceSpec, CooccurrenceResult>
{
    public override ExplanationKind Kind => ExplanationKind.Cooccurrence;

    public override Reading Reading { get; } = new(
        "Patches are sorted into codes by how they look, without the model. A point is a pair of codes: to the right, how much more often the two are found in one training image than chance would have it (1 is chance); upwards, the mean product of their vectors, between different images that were not counted. R² is the share of the products' differences that a straight line in the ratio explains, Spearman how well the orders agree. Grey is the control: the same products against ratios counted after patches were shuffled over the images.",
        "Theory makes the product the ratio itself at the optimum of the spectral objective (as they are, slope 1), and its logarithm at SimCLR's. Other objectives should follow it in order. A trained model's R² and Spearman lie far above the control's, in the projection, which the objective acts on, more than in the embedding; and they hold without the pairs of a code with itself.",
        "An R² whose interval reaches down to the control's, a slope or Spearman at or below 0, or a relation that is gone once the pairs of a code with itself are left out: then the products tell looks apart and not what occurs together. A control that shows a relation would mean that the measurement itself makes one.");

    public override string Columns => "a,b,observed,expected,ratio,controlRatio,embedding,projection,projectionRaw,embeddingRaw,embeddingSameImage,projectionSameImage";

    public override bool Given(ExplanationOptions options) => options.Cooccurrence is not null;

    public override ExplanationOptions Fill(ExplanationOptions? asked, ExplanationSubject subject, FieldErrors errors)
    {
        var filled = asked?.Cooccurrence ?? new CooccurrenceOptions();
        foreach (var (field, text) in CooccurrencePlan.Of(subject.Images.Splits, Asked(filled)).Problems)
            errors.Add(field == "datasetId" ? field : $"options.cooccurrence.{field}", text);
        return new ExplanationOptions { Cooccurrence = filled };
    }

    protected override CooccurrenceSpec Asked(ExplanationRow row, string datasetDirectory, string checkpointPath) =>
        new(datasetDirectory, checkpointPath, Asked(row.Options.Cooccurrence!), row.Seed);

    protected override CooccurrenceResult Measure(CooccurrenceSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken stop) =>
        CooccurrenceRun.Run(spec, runtime, reporter, stop);

    protected override ExplanationReport Shown(CooccurrenceResult r) => new()
    {
        Cooccurrence = new CooccurrenceReport(
            [.. r.Measures.Select(m => new CooccurrenceMeasure(m.Vectors.ToContract(), m.Unit))],
            [.. r.Codes.Select(c => new CooccurrenceCode(c.TrainPatches, c.HeldOutPatches, [.. c.Examples.Select(e => Shown(e, r.DatasetId))]))],
            [.. r.Fits.Select(Shown)],
            [.. r.Cells.Select(c => new CooccurrenceCell(c.A, c.B, c.Observed, c.Expected, c.Ratio, c.ControlRatio, c.Products, c.SameImage))],
            r.CellsKept, r.CellsTooFew, r.CellsUnmeasured, r.CellsNeverSeen, r.TrainImages, r.HeldOutImages, r.TrainPairs, r.PatchScale,
            r.KMeans.ExplainedVariance, r.KMeans.Iterations, r.KMeans.Reseeded, r.Objective, r.Protocol),
    };

    public override IEnumerable<IEnumerable<string>> Rows(ExplanationReport report)
    {
        var found = report.Cooccurrence!;
        var (h, z, raw, hRaw) = (Place(VectorKind.Embedding, true), Place(VectorKind.Projection, true), Place(VectorKind.Projection, false), Place(VectorKind.Embedding, false));
        return found.Cells.Select(c => new[]
        {
            Csv.Number(c.A), Csv.Number(c.B), Csv.Number(c.Observed), Csv.Number(c.Expected), Csv.Number(c.Ratio), Csv.Number(c.ControlRatio),
            Value(c.Products, h), Value(c.Products, z), Value(c.Products, raw), Value(c.Products, hRaw), Value(c.SameImage, h), Value(c.SameImage, z),
        });

        int Place(VectorKind vectors, bool unit) => found.Measures.ToList().IndexOf(new CooccurrenceMeasure(vectors, unit));
        static string Value<T>(IReadOnlyList<T> values, int place) => place < 0 ? "" : Csv.Number(values[place]);
    }

    private static CoreOptions Asked(CooccurrenceOptions o) => new()
    {
        PatchesPerImage = o.PatchesPerImage,
        Placement = o.Placement == CooccurrencePlacement.Grid ? PatchPlacement.Grid : PatchPlacement.Random,
        Codes = o.Codes,
        PixelSide = o.PixelSide,
        Epsilon = o.Epsilon,
        MinPairs = o.MinPairs,
        TrainImages = o.TrainImages,
        HeldOutImages = o.HeldOutImages,
    };

    private static PatchExample Shown(PatchPosition place, string dataset) =>
        new(ImageIds.Of(dataset, place.Image), new Box(place.Box.X, place.Box.Y, place.Box.Width, place.Box.Height));

    private static CooccurrenceFit Shown(CoreFit f) => new(
        f.Measure, f.Against == FitAgainst.Ratio ? CooccurrenceAgainst.Ratio : CooccurrenceAgainst.LogRatio, Enum.Parse<CooccurrenceCells>(f.Cells.ToString()),
        f.Count, Shown(f.Measured), Shown(f.Control));

    private static CooccurrenceFigures Shown(FitFigures f) => new(Shown(f.RSquared), Shown(f.Slope), Shown(f.Intercept), Shown(f.Spearman));

    private static FigureEstimate Shown(Interval e) => new(e.Value, e.Low, e.High);
}
