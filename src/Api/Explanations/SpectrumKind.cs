using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain.Spectrum;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;
using FeatureSpectrum = PatchSsl.Core.Measures.FeatureSpectrum;

namespace PatchSsl.Api.Explanations;

/// <summary>The spectrum of a model's vectors, beside that before training.</summary>
public sealed class SpectrumKind : ExplanationKindOf<SpectrumSpec, SpectrumResult>
{
    private const int FewestPatches = 16, MostPatches = 8192;

    public override ExplanationKind Kind => ExplanationKind.Spectrum;

    public override Reading Reading { get; } = new(
        "Each line shows how much the vectors of patches vary along their principal directions, largest first; RankMe counts the directions in use. A line that falls slowly uses many of them, one that drops off a cliff has collapsed onto a few.",
        "Training raises RankMe of the projection, which the objective acts on, well above that of the untrained network, and the embedding keeps more directions than a collapsed one would.",
        "A trained RankMe at or below the untrained one, or a cliff after a few ranks, speaks for collapse: the vectors then tell little, however low the loss.");

    public override string Columns => "of,vectors,dimensions,samples,rankMe,rank,eigenvalue";

    public override bool Given(ExplanationOptions options) => options.Spectrum is not null;

    public override ExplanationOptions Fill(ExplanationOptions? asked, ExplanationSubject subject, FieldErrors errors)
    {
        var filled = asked?.Spectrum ?? new SpectrumOptions();
        Range(errors, "options.spectrum.patches", filled.Patches, FewestPatches, MostPatches);
        return new ExplanationOptions { Spectrum = filled };
    }

    protected override SpectrumSpec Asked(ExplanationRow row, string datasetDirectory, string checkpointPath)
    {
        var options = row.Options.Spectrum!;
        return new SpectrumSpec(datasetDirectory, checkpointPath, options.Patches, options.Untrained, row.Seed);
    }

    protected override SpectrumResult Measure(SpectrumSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken stop) =>
        SpectrumRun.Run(spec, runtime, reporter, stop);

    protected override ExplanationReport Shown(SpectrumResult result) => new()
    {
        Spectrum = new SpectrumReport([.. result.Trained.Select(Shown)], [.. result.Untrained.Select(Shown)], result.Images, result.Protocol),
    };

    public override IEnumerable<IEnumerable<string>> Rows(ExplanationReport report)
    {
        var spectrum = report.Spectrum!;
        return [.. spectrum.Trained.SelectMany(s => Rows("trained", s)), .. spectrum.Untrained.SelectMany(s => Rows("untrained", s))];
    }

    private static IEnumerable<string[]> Rows(string of, VectorSpectrum s) => s.Ranks.Zip(s.Eigenvalues, (rank, value) => new[]
    {
        of, Csv.Word(s.Vectors), Csv.Number(s.Dimensions), Csv.Number(s.Samples), Csv.Number(s.RankMe), Csv.Number(rank), Csv.Number(value),
    });

    private static VectorSpectrum Shown(FeatureSpectrum s) => new(s.Vectors.ToContract(), s.Dimensions, s.Samples, s.RankMe, s.Ranks, s.Eigenvalues);
}
