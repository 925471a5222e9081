using System.Runtime.CompilerServices;
using PatchSsl.Api.Database;
using PatchSsl.Api.Datasets;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>Which kind of part every patch of an index shows, where its images are generated scenes whose parts are told.</summary>
/// <param name="Kinds">Of each row; null where a patch shows none.</param>
public sealed record PatchParts(GeneratedSpec Scenes, IReadOnlyList<int?> Kinds)
{
    /// <summary>More scenes than these are not looked at: it takes about a tenth of a millisecond each, once.</summary>
    private const int MostImages = 20_000;

    // As long as an index is open; it is the same for every search of it.
    private static readonly ConditionalWeakTable<IndexFile, Lazy<PatchParts?>> Known = [];

    /// <summary>Null where nobody knows what the patches show.</summary>
    /// <param name="row">With its dataset.</param>
    public static PatchParts? Of(IndexRow row, IndexFile index) => Known.GetValue(index, opened => new Lazy<PatchParts?>(() => Look(row, opened.Header))).Value;

    /// <summary>The kind of part that a query shows; null where it shows none, or is no part of an image of the index.</summary>
    public int? Kind(QueryVector query)
    {
        if (query.Row is { } row) return Kinds[(int)row];
        if (query.Image is not { } image || query.Box is not { } box) return null;
        double side = Scenes.Size;
        return SceneGenerator.Parts(Scenes, image).Look(box.X / side, box.Y / side, box.Width / side, box.Height / side).Kind;
    }

    private static PatchParts? Look(IndexRow row, IndexHeader header)
    {
        if (row.Dataset is not { Source: { Kind: SourceKind.Generated, Images: <= MostImages } source } dataset) return null;
        if (DatasetService.Scenes(source) != SceneSet.Kinds || source.Size > dataset.StorageSize) return null;
        if ((long)source.Images * header.PatchesPerImage != header.Count) return null;
        var spec = new GeneratedSpec(source.Images!.Value, source.Size!.Value, source.Seed!.Value, SceneSet.Kinds);
        return new PatchParts(spec, [.. ScenePatches.Of(spec, header.Grid, header.PatchScale).Select(view => view.Kind)]);
    }
}
