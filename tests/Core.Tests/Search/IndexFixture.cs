using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Tests.Search;

/// <summary>An index file of made-up vectors in a directory of its own.</summary>
internal sealed class IndexFixture : IDisposable
{
    public IndexFixture(int images, int dim, int patches, Func<int, float[]> row, IndexStorage storage = IndexStorage.F16)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("patchindex").FullName;
        Path = System.IO.Path.Combine(Directory, "a.index");
        Rows = [.. Enumerable.Range(0, images * new PatchGrid(patches).PatchesPerImage).Select(row)];
        using var writer = new IndexWriter(Path, Header(Rows.Length, dim, patches, storage));
        foreach (var chunk in Rows.Chunk(1000)) writer.Append(chunk.SelectMany(r => r).ToArray());
        Bytes = writer.Commit();
    }

    public string Directory { get; }

    public string Path { get; }

    public long Bytes { get; }

    /// <summary>The vectors as given, not scaled.</summary>
    public float[][] Rows { get; }

    public static IndexHeader Header(long count, int dim, int patches, IndexStorage storage = IndexStorage.F16) => new(
        count, dim, VectorSpace.Projection, new PatchGrid(patches), .25, new string('a', 64), "ds_test", new string('b', 64))
    { Storage = storage };

    public static float[] Gaussian(Random random, int dim) =>
        [.. Enumerable.Range(0, dim).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];

    public static double Cosine(float[] a, float[] b)
    {
        var (ab, aa, bb) = (0.0, 0.0, 0.0);
        for (var d = 0; d < a.Length; d++) (ab, aa, bb) = (ab + (double)a[d] * b[d], aa + (double)a[d] * a[d], bb + (double)b[d] * b[d]);
        return aa == 0 || bb == 0 ? 0 : ab / Math.Sqrt(aa * bb);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
