using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Explanations;

/// <summary>Every kind of report, a line each.</summary>
public static class ExplanationKinds
{
    public static IReadOnlyList<IExplanationKind> All { get; } =
    [
        new SpectrumKind(),
        new ConvergenceKind(),
        new LocalityKind(),
        new CooccurrenceKind(),
    ];

    public static IExplanationKind Of(ExplanationKind kind) => All.Single(k => k.Kind == kind);
}
