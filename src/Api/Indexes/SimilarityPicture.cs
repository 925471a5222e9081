using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Client.Similarity;
using PatchSsl.Core.Images;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Indexes;

/// <summary>How a similarity map is drawn over its image, as sent. Only a PNG is drawn; the other formats have numbers.</summary>
public sealed record SimilarityDrawing
{
    /// <summary>In a PNG: weight of the colours over the image, 0 to 1.</summary>
    [FromQuery(Name = "opacity"), DefaultValue(SimilarityPicture.UsualOpacity)] public double? Opacity { get; init; }

    /// <summary>In a PNG: the cosines of the first and the last colour, 0 to 1 for unit, -1 to 1 for signed.</summary>
    [FromQuery(Name = "scale"), DefaultValue("unit"), AllowedValues("unit", "signed")] public string? Scale { get; init; }

    /// <summary>In a PNG: frame the patch that scores highest.</summary>
    [FromQuery(Name = "outline"), DefaultValue(true)] public bool? Outline { get; init; }
}

/// <summary>The ends of the scale of a similarity map's colours.</summary>
public enum SimilarityScale { Unit, Signed }

/// <summary>Draws similarity maps over their images, in the dashboard's colours and by its tiles.</summary>
public sealed record SimilarityPicture(double Opacity, ScoreScale Scale, bool Outline)
{
    /// <summary>As the dashboard starts with.</summary>
    public const double UsualOpacity = .45;

    /// <exception cref="ProblemException">422 with everything that is wrong.</exception>
    public static SimilarityPicture Parse(SimilarityDrawing drawing)
    {
        var errors = new FieldErrors();
        var opacity = drawing.Opacity ?? UsualOpacity;
        if (!(opacity is >= 0 and <= 1)) errors.Add("opacity", FormattableString.Invariant($"opacity is {opacity}: allowed is 0 to 1."));
        var scale = errors.Choice("scale", drawing.Scale, SimilarityScale.Unit);
        errors.Throw();
        return new SimilarityPicture(opacity, scale == SimilarityScale.Signed ? ScoreScale.Signed : ScoreScale.Unit, drawing.Outline ?? true);
    }

    /// <param name="rgb">(height, width, 3).</param>
    public byte[] Draw(SimilarityMap map, ReadOnlySpan<byte> rgb, int width, int height)
    {
        List<HeatTile> tiles = [.. SimilarityTiles.Of(map, width, height).Select(tile =>
        {
            var (red, green, blue) = Scale.Rgb(tile.Score);
            return new HeatTile(Patch(tile.Box), red, green, blue);
        })];
        return HeatOverlay.Png(rgb, width, height, tiles, Opacity, Outline ? Patch(map.Cells[map.Best].Box) : null);
    }

    private static PatchBox Patch(Box box) => new(box.X, box.Y, box.Width, box.Height);
}
