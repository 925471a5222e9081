using System.Globalization;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages;

/// <summary>Values that several forms offer, with the same words everywhere.</summary>
public static class Choices
{
    /// <summary>Grids on offer; the API takes any square number from 1 to 256.</summary>
    public static IReadOnlyList<string> Grids { get; } = ["grid:1", "grid:4", "grid:16", "grid:49", "grid:256"];

    /// <summary>Patches an image; 1 for the whole image.</summary>
    public static int Count(string patches) => patches.IndexOf(':') is > 0 and var colon ? int.Parse(patches.AsSpan(colon + 1), CultureInfo.InvariantCulture) : 1;

    /// <summary>For example 16 patches (4 × 4).</summary>
    public static string PatchesText(string? patches)
    {
        if (patches is null) return "";
        if (!patches.StartsWith("grid:", StringComparison.Ordinal)) return patches == "whole" ? "the whole image" : PatchesShort(patches);
        var side = (int)Math.Round(Math.Sqrt(Count(patches)));
        return side == 1 ? "1 patch (centre)" : $"{side * side} patches ({side} × {side})";
    }

    /// <summary>For example 16 patches, where there is little room.</summary>
    public static string PatchesShort(string patches) => patches == "whole" ? "whole image" : Units.Count(Count(patches), "patch", "patches");

    /// <summary>For example embedding (h).</summary>
    public static string SpaceText(VectorKind kind) => kind switch
    {
        VectorKind.Embedding => "embedding (h)",
        VectorKind.Projection => "projection (z)",
        _ => "hidden",
    };

    /// <summary>For example f16 (halves).</summary>
    public static string StorageText(VectorStorage storage) => storage switch
    {
        VectorStorage.Int8 => "int8 (bytes, then halves)",
        _ => "f16 (halves)",
    };

    /// <summary>h, hidden or z, as the paper writes them.</summary>
    public static string SpaceShort(VectorKind kind) => kind switch
    {
        VectorKind.Embedding => "h",
        VectorKind.Projection => "z",
        _ => "hidden",
    };

    public static string KindText(EvaluationKind kind) => kind switch
    {
        EvaluationKind.Sweep => "Bag sweep",
        EvaluationKind.Linear => "Linear probe",
        _ => "kNN",
    };

    public static string ProtocolText(PatchProtocol protocol) => protocol == PatchProtocol.Grid ? "an even grid" : "random and augmented";

    /// <summary>What every choice of vectors lists; those that a model cannot give are shown and cannot be chosen.</summary>
    public static IReadOnlyList<VectorKind> AllSpaces { get; } = [VectorKind.Embedding, VectorKind.Hidden, VectorKind.Projection];

    /// <summary>Whether a model gives vectors of a kind; while none is chosen, any.</summary>
    public static bool Offers(Model? model, VectorKind kind) => model is null || Spaces(model).Contains(kind);

    /// <summary>A space's name, and why it cannot be chosen where the model lacks it.</summary>
    public static string SpaceText(Model? model, VectorKind kind) => Offers(model, kind) ? SpaceText(kind) : $"{SpaceText(kind)}: the model has no projector";

    /// <summary>For example ResNet-18, CIFAR stem, width 0.25.</summary>
    public static string ArchitectureText(ModelArchitecture architecture) =>
        $"ResNet-{architecture.Depth}, {(architecture.Stem == "imagenet" ? "ImageNet" : "CIFAR")} stem"
        + (architecture.Width == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", width {architecture.Width:0.####}"));

    /// <summary>Vectors that a model can give.</summary>
    public static IReadOnlyList<VectorKind> Spaces(Model? model) =>
    [
        VectorKind.Embedding,
        .. model?.HiddenDim is null ? Array.Empty<VectorKind>() : [VectorKind.Hidden],
        .. model?.ProjectionDim is null ? Array.Empty<VectorKind>() : [VectorKind.Projection],
    ];
}
