using System.Globalization;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.State;

namespace PatchSsl.Web.Pages;

/// <summary>Values that several forms offer, with the same words everywhere.</summary>
public static class Choices
{
    /// <summary>Grids on offer; the API takes any square number from 1 to 256.</summary>
    public static IReadOnlyList<string> Grids { get; } = ["grid:1", "grid:4", "grid:16", "grid:49", "grid:256"];

    /// <summary>Patches an image.</summary>
    public static int Count(string patches) =>
        patches.StartsWith("grid:", StringComparison.Ordinal) ? int.Parse(patches.AsSpan(5), CultureInfo.InvariantCulture) : 1;

    /// <summary>For example 16 patches (4 × 4).</summary>
    public static string PatchesText(string? patches)
    {
        if (patches is null) return "";
        if (patches == "whole") return "the whole image";
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

    /// <summary>Vectors that a model can give.</summary>
    public static IReadOnlyList<VectorKind> Spaces(Model? model) =>
    [
        VectorKind.Embedding,
        .. model?.HiddenDim is null ? Array.Empty<VectorKind>() : [VectorKind.Hidden],
        .. model?.ProjectionDim is null ? Array.Empty<VectorKind>() : [VectorKind.Projection],
    ];
}
