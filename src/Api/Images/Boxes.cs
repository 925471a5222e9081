using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Images;

/// <summary>Boxes of callers, held against the image they lie in.</summary>
public static class Boxes
{
    /// <summary>Room for the rounding of a box that a browser scaled to the screen and back.</summary>
    private const double Slack = 1e-3;

    public static Box ToContract(this PatchBox box) => new(box.X, box.Y, box.Width, box.Height);

    /// <summary>What is wrong with a box; null when nothing is.</summary>
    public static string? Fault(PatchBox box, int width, int height)
    {
        var inside = box is { Width: >= 1 - Slack, Height: >= 1 - Slack, X: >= -Slack, Y: >= -Slack }
            && box.X + box.Width <= width + Slack && box.Y + box.Height <= height + Slack;
        return inside
            ? null
            : FormattableString.Invariant($"The box ({box.X:0.##}, {box.Y:0.##}, {box.Width:0.##} × {box.Height:0.##}) must cover 1 × 1 pixel or more and lie within the image of {width} × {height} pixels.");
    }

    /// <summary>The box without what rounding let stick out.</summary>
    public static PatchBox Clamp(PatchBox box, int width, int height)
    {
        double x = Math.Clamp(box.X, 0, width - 1), y = Math.Clamp(box.Y, 0, height - 1);
        return new PatchBox(x, y, Math.Clamp(box.Width, 1, width - x), Math.Clamp(box.Height, 1, height - y));
    }

    /// <param name="field">What the caller named it; null where it came in parts.</param>
    /// <exception cref="ProblemException">422: it lies outside the image.</exception>
    public static PatchBox Check(Box box, int width, int height, string? field = null)
    {
        var patch = new PatchBox(box.X, box.Y, box.Width, box.Height);
        return Fault(patch, width, height) is { } fault ? throw Refused(fault, field) : Clamp(patch, width, height);
    }

    /// <summary>The answer to a box that <see cref="Fault"/> finds fault with.</summary>
    public static ProblemException Refused(string fault, string? field) => new(Problems.Unprocessable(
        fault, "box_outside_image", field is null ? null : new Dictionary<string, string[]> { [field] = [fault] }));
}
