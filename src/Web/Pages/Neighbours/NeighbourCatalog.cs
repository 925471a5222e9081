using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>The indexes and models to look with, and which to look with unless told otherwise.</summary>
public sealed record NeighbourCatalog(IReadOnlyList<PatchIndex> Indexes, IReadOnlyList<Model> Models)
{
    /// <summary>Share of an image that a patch covers where the model is no longer listed.</summary>
    public const double UsualScale = 0.25;

    /// <summary>Indexes that can be searched, newest first, embedding before its sibling; those before training last.</summary>
    public IReadOnlyList<PatchIndex> Ready { get; } =
        [.. Indexes.Where(i => i.State == ResourceState.Ready).OrderBy(i => i.Untrained).ThenByDescending(i => i.CreatedAt)];

    /// <summary>Those of trained encoders: what to choose from. The ones before training are reached from them (<see cref="Before"/>).</summary>
    public IReadOnlyList<PatchIndex> Trained => [.. Ready.Where(i => !i.Untrained)];

    /// <summary>The index of that id; null when there is none.</summary>
    public PatchIndex? Find(string? id) => Indexes.FirstOrDefault(i => i.Id == id);

    /// <summary>Where to start: the newest index of an embedding space, or the newest of all.</summary>
    public PatchIndex? Default => Trained.FirstOrDefault(i => i.Vectors == VectorKind.Embedding) ?? Ready.FirstOrDefault();

    /// <summary>Indexes of the same patches of the same images under the same model, in another space.</summary>
    public IReadOnlyList<PatchIndex> Siblings(PatchIndex index) =>
        [.. Ready.Where(i => i.Model == index.Model && i.DatasetId == index.DatasetId && i.Patches == index.Patches && i.Vectors != index.Vectors
            && i.Untrained == index.Untrained)];

    /// <summary>The same patches in the same space before the model's run began, whatever its state; null where nobody asked for it.</summary>
    public PatchIndex? Before(PatchIndex index) => index.RunId is null || index.Untrained ? null : Indexes
        .Where(i => i.Untrained && i.State != ResourceState.Failed && IsOf(i, index)).OrderByDescending(i => i.State == ResourceState.Ready).FirstOrDefault();

    /// <summary>A trained index of the same patches in the same space as one before training; null where it is gone.</summary>
    public PatchIndex? After(PatchIndex untrained) =>
        Trained.Where(i => IsOf(untrained, i)).OrderByDescending(i => i.Model == untrained.Model).FirstOrDefault();

    /// <summary>What people tell an index by. The dataset is named only where there is more than one to tell apart; likewise the grid.</summary>
    public string Name(PatchIndex? index)
    {
        if (index is not { } i) return "nothing";
        var name = $"{i.Vectors}, {i.ModelName}{(i.Untrained ? ", before training" : "")}";
        if (Ready.Any(o => o.DatasetId != i.DatasetId)) name += $", {i.DatasetName}";
        if (Ready.Any(o => o.Patches != i.Patches)) name += $", {i.Patches}";
        return name;
    }

    private static bool IsOf(PatchIndex untrained, PatchIndex index) => untrained.RunId == index.RunId && untrained.DatasetId == index.DatasetId
        && untrained.Patches == index.Patches && untrained.Vectors == index.Vectors;

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
        Patches.NeighbourAddress.None => null,
        _ => Ready.FirstOrDefault(i => i.Id == asked && i.Id != index.Id),
    };

    /// <summary>Share of an image's area that an index's patches cover.</summary>
    public double Scale(PatchIndex index) => Models.FirstOrDefault(m => m.Id == index.Model)?.PatchScale ?? UsualScale;
}
