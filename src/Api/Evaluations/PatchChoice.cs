using System.Globalization;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Patches;

namespace PatchSsl.Api.Evaluations;

/// <summary>Patches as an evaluation's request names them: <c>grid:n</c>, <c>random:n</c> or <c>whole</c>.</summary>
/// <param name="Protocol">Null for the whole image, which goes with either.</param>
/// <param name="Count">Patches an image; 0 for the whole one.</param>
public readonly record struct PatchChoice(PatchProtocol? Protocol, int Count)
{
    public const string Allowed = "allowed is grid:n with n a square number from 1 to 256, random:n with n from 1 to 256, or whole";

    private const string Random = "random:";
    private const int Most = 256;

    public static bool TryParse(string? text, out PatchChoice choice)
    {
        choice = default;
        if (PatchGrid.TryParse(text, out var grid))
        {
            choice = new PatchChoice(grid.Count == 0 ? null : PatchProtocol.Grid, grid.Count);
            return true;
        }
        if (text is null || !text.StartsWith(Random, StringComparison.Ordinal)) return false;
        if (!int.TryParse(text.AsSpan(Random.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Most) return false;
        choice = new PatchChoice(PatchProtocol.RandomAugmented, count);
        return true;
    }

    /// <summary>As Core takes it, beside the protocol.</summary>
    public PatchGrid ToGrid() => new(Count);

    /// <inheritdoc/>
    public override string ToString() => Count == 0 ? "whole" : string.Create(CultureInfo.InvariantCulture, $"{(Protocol == PatchProtocol.RandomAugmented ? "random" : "grid")}:{Count}");
}
