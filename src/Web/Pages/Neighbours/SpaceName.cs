using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>The spaces as people read and see them.</summary>
public static class SpaceName
{
    /// <summary>For example Embedding space.</summary>
    public static string Long(VectorKind kind) => $"{kind} space";

    /// <summary>The letter that the papers use.</summary>
    public static string Symbol(VectorKind kind) => kind switch { VectorKind.Embedding => "h", VectorKind.Projection => "z", _ => "hidden" };

    /// <summary>CSS class of the space's colour.</summary>
    public static string Tone(VectorKind kind) => kind switch
    {
        VectorKind.Projection => "projection",
        VectorKind.Hidden => "hidden-space",
        _ => "embedding",
    };
}
