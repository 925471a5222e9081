using PatchSsl.Client.Contracts;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Models;

/// <summary>The spaces of a model's vectors, in Core's words and in the contracts'.</summary>
public static class Spaces
{
    /// <summary>A space as Core names it.</summary>
    public static VectorSpace ToCore(this VectorKind kind) => kind switch
    {
        VectorKind.Hidden => VectorSpace.Hidden,
        VectorKind.Projection => VectorSpace.Projection,
        _ => VectorSpace.Embedding,
    };

    /// <summary>A space as the API names it.</summary>
    public static VectorKind ToContract(this VectorSpace space) => space switch
    {
        VectorSpace.Hidden => VectorKind.Hidden,
        VectorSpace.Projection => VectorKind.Projection,
        _ => VectorKind.Embedding,
    };
}
