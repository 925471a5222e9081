using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain.Locality;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Runtime;
using LocalityExample = PatchSsl.Client.Contracts.LocalityExample;
using LocalityMeasure = PatchSsl.Client.Contracts.LocalityMeasure;
using Measured = PatchSsl.Core.Explain.Locality;

namespace PatchSsl.Api.Explanations;

/// <summary>What the nearest neighbours of patches have in common with them, in each space of a model.</summary>
public sealed class LocalityKind : ExplanationKindOf<LocalitySpec, LocalityResult>
{
    private const int FewestImages = 2, MostImages = 20_000, FewestQueries = 10, MostQueries = 5000, MostNeighbours = 100, FewestPatches = 4, MostExamples = 20;

    public override ExplanationKind Kind => ExplanationKind.Locality;

    public override Reading Reading { get; } = new(
        "Each line compares patches with their nearest neighbours in other images, once by the embedding h and once by the projection z, beside random patches of other images (chance). Bars are 95 % intervals. The difference z − h is taken patch by patch: where its interval holds 0, it is undecided.",
        "The projection is more invariant, the embedding keeps more of place and look (claim 5 of arXiv 2206.08954): neighbours in z share the class more often; those in h have closer colours and edges and lie more often at the same place. Of the share from the same image nothing is expected: training draws such patches together in z, their like looks do so in h.",
        "Differences against the expected sign, with an interval that holds no 0; or neighbours in h no closer in colour, edges and place than chance.");

    public override string Columns => "likeness,vectors,figure,mean,low,high,queries,expectedSign,outcome,missing";

    public override bool Given(ExplanationOptions options) => options.Locality is not null;

    public override ExplanationOptions Fill(ExplanationOptions? asked, ExplanationSubject subject, FieldErrors errors)
    {
        const string field = "options.locality";
        var options = asked?.Locality ?? new LocalityOptions();
        Range(errors, $"{field}.images", options.Images, FewestImages, MostImages);
        Range(errors, $"{field}.queries", options.Queries, FewestQueries, MostQueries);
        Range(errors, $"{field}.neighbours", options.Neighbours, 1, MostNeighbours);
        Range(errors, $"{field}.examples", options.Examples, 0, MostExamples);
        var known = PatchGrid.TryParse(options.Patches, out var grid) && grid.Count >= FewestPatches;
        if (!known) errors.Add($"{field}.patches", $"{field}.patches is '{Problems.Shown(options.Patches ?? "")}': allowed is grid:n with n a square number from {FewestPatches} to 256.");
        var (split, images) = SampledOptions.Split(options.Split, options.Images, subject, $"{field}.split", errors);
        if (known && options.Images >= FewestImages && options.Neighbours > (images - 1) * grid.PatchesPerImage)
            errors.Add($"{field}.neighbours", $"{field}.neighbours is {options.Neighbours}, and {images} images of {grid.PatchesPerImage} patches have no more than {(images - 1) * grid.PatchesPerImage} of other images.");
        return new ExplanationOptions
        {
            Locality = options with { Vectors = SampledOptions.Vectors(options.Vectors, subject, $"{field}.vectors", errors), Split = split },
        };
    }

    public override IEnumerable<IEnumerable<string>> Rows(ExplanationReport report)
    {
        foreach (var measure in report.Locality!.Measures)
        {
            if (measure.Missing is { } reason) yield return Row(measure, "", "missing", null, missing: reason);
            if (measure.Chance is { } chance) yield return Row(measure, "", "chance", chance);
            foreach (var mean in measure.Means) yield return Row(measure, Csv.Word(mean.Vectors), "mean", mean.Mean);
            foreach (var (vectors, expected) in measure.Differences)
                yield return Row(measure, Csv.Word(vectors), "lessEmbedding", expected.Difference, Csv.Number(expected.Sign), Csv.Word(expected.Outcome));
        }
    }

    protected override LocalitySpec Asked(ExplanationRow row, string datasetDirectory, string checkpointPath)
    {
        var options = row.Options.Locality!;
        if (!PatchGrid.TryParse(options.Patches, out var grid)) throw new JobFailedException($"'{options.Patches}' names no patches.");
        return new LocalitySpec(
            datasetDirectory, checkpointPath, SampledOptions.Spaces(options.Vectors!), grid, options.Split, options.Images, options.Queries, options.Neighbours,
            options.Examples, row.Seed);
    }

    protected override LocalityResult Measure(LocalitySpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken stop) =>
        LocalityRun.Run(spec, runtime, reporter, stop);

    protected override ExplanationReport Shown(LocalityResult r) => new()
    {
        Locality = new LocalityReport(
            r.Images, r.ImagesFrom, r.Split, r.Patches, r.Queries, r.QueryImages, r.Neighbours, [.. r.Measures.Select(Shown)],
            [.. r.Examples.Select(e => Shown(e, r.DatasetId))], r.Protocol),
    };

    private static LocalityMeasure Shown(Measured.LocalityMeasure m) => new(
        Shown(m.Likeness), m.Missing, m.Chance?.Shown(),
        [.. m.Means.Select(s => new LocalityMean(s.Vectors.ToContract(), s.Mean?.Shown()))],
        [.. m.Differences.Select(d => new LocalityDifference(d.Vectors.ToContract(), d.Expectation.Shown()))]);

    private static LocalityExample Shown(Measured.LocalityExample e, string datasetId)
    {
        return new LocalityExample(
            Patch(e.Query),
            [.. e.Lists.Select(l => new LocalityList(l.Vectors.ToContract(), [.. l.Neighbours.Select(n => new LocalityNeighbour(n.Rank, Patch(n.Patch), n.Score))]))]);

        LocalityPatch Patch(BankPatch patch) => new(ImageIds.Of(datasetId, patch.Image), patch.Patch, patch.Box.ToContract());
    }

    private static PatchLikeness Shown(Likeness likeness) => likeness switch
    {
        Likeness.SameClass => PatchLikeness.SameClass,
        Likeness.SamePosition => PatchLikeness.SamePosition,
        Likeness.ColourDistance => PatchLikeness.ColourDistance,
        Likeness.OrientationDistance => PatchLikeness.OrientationDistance,
        Likeness.PatchOverlap => PatchLikeness.PatchOverlap,
        _ => PatchLikeness.OwnImage,
    };

    private static string[] Row(LocalityMeasure measure, string vectors, string figure, MeanEstimate? e, string sign = "", string outcome = "", string missing = "") =>
    [
        Csv.Word(measure.Likeness), vectors, figure, Csv.Number(e?.Mean), Csv.Number(e?.Low), Csv.Number(e?.High), Csv.Number(e?.Count), sign, outcome, Csv.Cell(missing),
    ];
}
