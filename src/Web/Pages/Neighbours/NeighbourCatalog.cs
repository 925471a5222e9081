using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>The indexes and models to look with, and which to look with unless told otherwise.</summary>
public sealed record NeighbourCatalog(IReadOnlyList<PatchIndex> Indexes, IReadOnlyList<Model> Models)
{
    /// <summary>Share of an image that a patch covers where the model is no longer listed.</summary>
    public const double UsualScale = 0.25;

    /// <summary>Indexes that can be searched, newest first, embedding before its sibling.</summary>
    public IReadOnlyList<PatchIndex> Ready { get; } =
        [.. Indexes.Where(i => i.State == ResourceState.Ready).OrderByDescending(i => i.CreatedAt)];

    /// <summary>The index of that id; null when there is none.</summary>
    public PatchIndex? Find(string? id) => Indexes.FirstOrDefault(i => i.Id == id);

    /// <summary>Where to start: the newest index of an embedding space, or the newest of all.</summary>
    public PatchIndex? Default => Ready.FirstOrDefault(i => i.Vectors == VectorKind.Embedding) ?? Ready.FirstOrDefault();

    /// <summary>Indexes of the same patches of the same images under the same model, in another space.</summary>
    public IReadOnlyList<PatchIndex> Siblings(PatchIndex index) =>
        [.. Ready.Where(i => i.Model == index.Model && i.DatasetId == index.DatasetId && i.Patches == index.Patches && i.Vectors != index.Vectors)];

    /// <summary>The gallery beside an index unless told otherwise: projection beside embedding, and the other way round.</summary>
    public PatchIndex? Sibling(PatchIndex index)
    {
        var siblings = Siblings(index);
        var wanted = index.Vectors == VectorKind.Embedding ? VectorKind.Projection : VectorKind.Embedding;
        return siblings.FirstOrDefault(i => i.Vectors == wanted) ?? (siblings.Count > 0 ? siblings[0] : null);
    }

    /// <summary>The second index that a view asks for; null for one gallery.</summary>
    public PatchIndex? Beside(PatchIndex index, string? asked) => asked switch
    {
        null => Sibling(index),
        Patches.NeighbourView.None => null,
        _ => Ready.FirstOrDefault(i => i.Id == asked && i.Id != index.Id),
    };

    /// <summary>Share of an image's area that an index's patches cover.</summary>
    public double Scale(PatchIndex index) => Models.FirstOrDefault(m => m.Id == index.Model)?.PatchScale ?? UsualScale;
}
