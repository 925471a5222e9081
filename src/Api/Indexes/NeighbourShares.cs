using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>How many of the patches found are like the query, beside how many would be if they were drawn by chance.</summary>
/// <remarks>
/// Chance is exact: the share among all patches that the search could have given, the query itself left out. With N images of P patches that pass
/// the filters, L of them labelled and n of the query's class:
/// <code>
///                 own image left out      one patch an image      otherwise
/// same class      (n - 1) / (L - 1)       n / L                   (nP - 1) / (LP - 1)
/// same place      1 / P                   1 / P                   (N - 1) / (NP - 1)
/// own image       -                       1 / N                   (P - 1) / (NP - 1)
/// </code>
/// The same part is counted over the patches themselves, since images differ in theirs.
/// What is subtracted stands for the query and its image; it stays where the query is not one of the index's patches, or its image is not in the
/// index. One patch an image leaves the own image out where the query is a patch of it: it is found itself, and does not count.
/// </remarks>
/// <param name="store">Images of the index.</param>
/// <param name="perImage">P.</param>
/// <param name="parts">What the patches show; null where nobody knows.</param>
public sealed class NeighbourShares(ImageStore store, int perImage, PatchParts? parts)
{
    /// <param name="query">What was asked.</param>
    /// <param name="request">How it was asked.</param>
    /// <param name="allowed">Images that pass the filter; null for all.</param>
    /// <param name="hits">What was found.</param>
    /// <returns>Those that are defined.</returns>
    public IReadOnlyList<NeighbourShare> Of(QueryVector query, NeighbourRequest request, Func<int, bool>? allowed, IReadOnlyList<Hit> hits)
    {
        var (counts, images) = Counts(allowed);
        var found = hits.Where(h => h.Row != query.Row).ToList();
        var own = query.Image is { } image && (allowed?.Invoke(image) ?? true);
        var self = own && query.Row is not null;
        var ownOut = request.ExcludeSameImage || (request.OnePerImage && self);
        List<NeighbourShare> shares = [];

        if (parts?.Kind(query) is { } kind)
        {
            var chance = PartChance(kind, row => row != query.Row && !(ownOut && row / perImage == query.Image) && (allowed?.Invoke((int)(row / perImage)) ?? true));
            Add(PatchLikeness.SamePart, found.Count(h => parts.Kinds[(int)h.Row] == kind), found.Count, chance);
        }
        var queryClass = Class(query);
        if (queryClass is not null)
        {
            var wanted = store.Classes.ToList().IndexOf(queryClass);
            var (same, labelled) = (wanted < 0 ? 0 : counts[wanted], counts.Sum());
            var counted = found.Select(h => store.ClassIndex(ImageOf(h))).Where(c => c >= 0).ToList();
            var chance = ownOut ? Share(same - (own ? 1 : 0), labelled - (own ? 1 : 0))
                : request.OnePerImage ? Share(same, labelled)
                : Share((double)same * perImage - (self ? 1 : 0), (double)labelled * perImage - (self ? 1 : 0));
            Add(PatchLikeness.SameClass, counted.Count(c => c == wanted), counted.Count, chance);
        }
        if (query.Cell is { } cell)
        {
            var chance = ownOut || request.OnePerImage
                ? Share(1, perImage)
                : Share(images - (self ? 1 : 0), (double)images * perImage - (self ? 1 : 0));
            Add(PatchLikeness.SamePosition, found.Count(h => h.Row % perImage == cell), found.Count, chance);
        }
        if (own && !ownOut)
        {
            var chance = request.OnePerImage ? Share(1, images) : Share(perImage - (self ? 1 : 0), (double)images * perImage - (self ? 1 : 0));
            Add(PatchLikeness.OwnImage, found.Count(h => ImageOf(h) == query.Image), found.Count, chance);
        }
        return shares;

        void Add(PatchLikeness likeness, int alike, int of, double? chance)
        {
            if (of > 0 && chance is { } share) shares.Add(new NeighbourShare(likeness, (double)alike / of, share, of));
        }
    }

    private double? PartChance(int kind, Func<long, bool> possible)
    {
        var (same, all) = (0, 0);
        for (var row = 0; row < parts!.Kinds.Count; row++)
        {
            if (!possible(row)) continue;
            all++;
            if (parts.Kinds[row] == kind) same++;
        }
        return Share(same, all);
    }

    private string? Class(QueryVector query) =>
        query.Class ?? (query.Image is { } image && store.ClassIndex(image) is >= 0 and var c ? store.Classes[c] : null);

    /// <summary>Images of each class, and images in all, of those that pass the filter.</summary>
    private (IReadOnlyList<int> Classes, int Images) Counts(Func<int, bool>? allowed)
    {
        if (allowed is null) return (store.ClassCounts, store.Count);
        var (counts, images) = (new int[store.Classes.Count], 0);
        for (var i = 0; i < store.Count; i++)
        {
            if (!allowed(i)) continue;
            images++;
            if (store.ClassIndex(i) is >= 0 and var c) counts[c]++;
        }
        return (counts, images);
    }

    private int ImageOf(Hit hit) => (int)(hit.Row / perImage);

    private static double? Share(double part, double whole) => whole > 0 && part >= 0 ? part / whole : null;
}
