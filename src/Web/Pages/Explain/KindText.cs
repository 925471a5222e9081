using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Explain;

/// <summary>What the dashboard calls a kind of report, and what it is for.</summary>
/// <param name="Title">For people.</param>
/// <param name="Question">The question it answers.</param>
public sealed record KindText(ExplanationKind Kind, string Title, string Question, string Icon)
{
    /// <summary>Every kind, in the order of the page.</summary>
    public static IReadOnlyList<KindText> All { get; } =
    [
        new(ExplanationKind.Spectrum, "Spectrum", "How many directions do the vectors use, and what did training change?", MudBlazor.Icons.Material.Outlined.Equalizer),
        new(ExplanationKind.Convergence, "Convergence", "Is the whole image's vector the average of its patches' vectors, and the closer the more are averaged?", MudBlazor.Icons.Material.Outlined.ShowChart),
        new(ExplanationKind.Locality, "Locality", "What do a patch's neighbours share with it in h and in z: class, place, colour, edges?", MudBlazor.Icons.Material.Outlined.GridView),
        new(ExplanationKind.Cooccurrence, "Co-occurrence", "Are patches alike to the model where their contents are found together?", MudBlazor.Icons.Material.Outlined.ScatterPlot),
    ];

    public static KindText Of(ExplanationKind kind) => All.First(k => k.Kind == kind);

    /// <summary>The kind as addresses and requests write it.</summary>
    public string Word => char.ToLowerInvariant(Kind.ToString()[0]) + Kind.ToString()[1..];
}
