namespace PatchSsl.Core.Evaluation;

/// <summary>How often the nearest patches of a patch show the same kind of part as it does, where it is known what patches show.</summary>
/// <remarks>
/// Rows are those of an index: row = image × patches an image + patch. A patch's own image is left out, of the neighbours and of chance.
/// </remarks>
public static class SamePart
{
    /// <summary>Patches to ask: those of the wanted images that show a part, evenly thinned to <paramref name="most"/> where there are more.</summary>
    /// <param name="kinds">Kind of part that each row shows; null for none.</param>
    /// <param name="images">Whether the patches of an image, by its ordinal, may be asked.</param>
    /// <returns>Rows, ascending.</returns>
    public static long[] Queries(IReadOnlyList<int?> kinds, int patchesPerImage, Func<int, bool> images, int most)
    {
        List<long> rows = [];
        for (var row = 0; row < kinds.Count; row++)
        {
            if (kinds[row] is not null && images(row / patchesPerImage)) rows.Add(row);
        }
        return rows.Count <= most ? [.. rows] : [.. Enumerable.Range(0, most).Select(i => rows[(int)((long)i * rows.Count / most)])];
    }

    /// <summary>Share of a patch's nearest patches with its kind of part, averaged over the patches asked.</summary>
    /// <param name="nearest">For each query its nearest rows in other images.</param>
    /// <returns>0 to 1; 0 where nothing was asked or found.</returns>
    public static double Share(IReadOnlyList<int?> kinds, IReadOnlyList<long> queries, IReadOnlyList<IReadOnlyList<long>> nearest)
    {
        if (queries.Count != nearest.Count)
            throw new ArgumentException($"Got answers to {nearest.Count} queries of {queries.Count}.", nameof(nearest));
        return Mean(queries.Zip(nearest, (query, rows) =>
            rows.Count == 0 ? 0 : rows.Count(row => kinds[(int)row] == kinds[(int)query]) / (double)rows.Count));
    }

    /// <summary>What rows of other images drawn at random give: for each query the share of them with its kind, averaged.</summary>
    /// <returns>0 to 1, exactly; 0 where nothing was asked.</returns>
    public static double Chance(IReadOnlyList<int?> kinds, int patchesPerImage, IReadOnlyList<long> queries)
    {
        var all = kinds.Where(kind => kind is not null).CountBy(kind => kind!.Value).ToDictionary();
        return Mean(queries.Select(query =>
        {
            var kind = kinds[(int)query]!.Value;
            var first = (int)query / patchesPerImage * patchesPerImage;
            var own = Enumerable.Range(first, patchesPerImage).Count(row => kinds[row] == kind);
            var others = kinds.Count - patchesPerImage;
            return others == 0 ? 0 : (all[kind] - own) / (double)others;
        }));
    }

    private static double Mean(IEnumerable<double> shares) => shares.DefaultIfEmpty(0).Average();
}
