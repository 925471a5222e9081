using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Tests.Maps;

/// <summary>Maps a server could give: point i is patch i of image 0, at (i, -i).</summary>
public static class MapSamples
{
    public static PatchMap Map(string index, IReadOnlyList<string> classes, int[] of, int[] clusters, long? total = null)
    {
        var count = of.Length;
        Integers Column(IEnumerable<int> values) => new([.. values], AsBase64: true);
        return new PatchMap(
            index, "ds_1", "ck_1", new string('a', 64), VectorKind.Embedding, "grid:16", 16, MapMethod.Pca, total ?? count, count, total > count, count, 0,
            [.5, .25, .125], [1, 2], classes, clusters.Distinct().Count(), new MapPoints(
                new Vector([.. Enumerable.Range(0, count).Select(i => (float)i)], true), new Vector([.. Enumerable.Range(0, count).Select(i => (float)-i)], true),
                Column(of.Select(_ => 0)), Column(Enumerable.Range(0, count)), Column(of), Column(clusters)));
    }

    public static PatchItems Items(string query)
    {
        var rows = query["?rows=".Length..].Split(',').Select(long.Parse);
        return new PatchItems([.. rows.Select(r => new PatchItem(r, $"idx_h-{r}", $"ds_1-{r / 16}", $"image-{r / 16}.png", "cat", new Box(0, 0, 16, 16), "", 32, 32))]);
    }
}
