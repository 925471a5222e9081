using System.Globalization;

namespace PatchSsl.Api.Comparisons;

/// <summary>Patches as scores name them.</summary>
public static class Grids
{
    private const string Prefix = "grid:";

    /// <summary>Patches of a grid; 0 for the whole image.</summary>
    public static int Count(string patches) =>
        patches.StartsWith(Prefix, StringComparison.Ordinal) ? int.Parse(patches.AsSpan(Prefix.Length), CultureInfo.InvariantCulture) : 0;
}
