using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Patches;

/// <summary>What shares of neighbours are called beside a gallery.</summary>
public static class ShareWords
{
    public static string Title(PatchLikeness likeness) => likeness switch
    {
        PatchLikeness.SamePosition => "Same place",
        PatchLikeness.OwnImage => "Same image",
        _ => Spaced(likeness.ToString()),
    };

    public static string Explanation(PatchLikeness likeness) => likeness switch
    {
        PatchLikeness.SameClass => "patches of images of the query's class",
        PatchLikeness.SamePosition => "patches at the query's place in their image",
        PatchLikeness.OwnImage => "patches of the query's own image",
        _ => "patches alike in this",
    };

    /// <summary>SameClass as Same class.</summary>
    private static string Spaced(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
}
