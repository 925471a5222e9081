using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Locality;

/// <summary>The grid patches of some images, numbered image by image, and what they look like.</summary>
internal sealed class PatchBank(ImageStore store, int[] ordinals, PatchGrid grid, double patchScale, int inputSize)
{
    /// <summary>Patches looked at together.</summary>
    private const int Together = 256;

    private readonly Dictionary<int, PatchLook> _looks = [];

    /// <summary>Patches of an image.</summary>
    public int PerImage => grid.PatchesPerImage;

    public int Rows => ordinals.Length * PerImage;

    public int Images => ordinals.Length;

    /// <summary>The image of a row, counted within the bank.</summary>
    public int ImageOf(int row) => row / PerImage;

    /// <summary>Class of a row's image; -1 where unlabelled.</summary>
    public int ClassOf(int row) => store.ClassIndex(ordinals[ImageOf(row)]);

    public BankPatch Patch(int row) => new(ordinals[ImageOf(row)], row % PerImage, Source(row).Box);

    public PatchSource Source(int row) => GridPatches.Of(store, ordinals[ImageOf(row)], grid, patchScale)[row % PerImage];

    /// <summary>All patches of some images of the bank.</summary>
    public IReadOnlyList<PatchSource> Sources(int firstImage, int images) =>
        [.. ordinals.Skip(firstImage).Take(images).SelectMany(o => GridPatches.Of(store, o, grid, patchScale))];

    /// <summary>Looks at the rows that have not been looked at yet.</summary>
    public void Look(IEnumerable<int> rows, CancellationToken cancel)
    {
        foreach (var some in rows.Distinct().Where(r => !_looks.ContainsKey(r)).Order().ToList().Chunk(Together))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var (row, look) in some.Zip(PatchLook.Of([.. some.Select(Source)], inputSize))) _looks[row] = look;
        }
    }

    /// <summary>How two patches are alike.</summary>
    public double Measure(Likeness likeness, int query, int other) => likeness switch
    {
        Likeness.SameClass => ClassOf(query) < 0 || ClassOf(other) < 0 ? double.NaN : ClassOf(query) == ClassOf(other) ? 1 : 0,
        Likeness.SamePosition => query % PerImage == other % PerImage ? 1 : 0,
        Likeness.ColourDistance => _looks[query].ColourDistance(_looks[other]),
        Likeness.OrientationDistance => _looks[query].OrientationDistance(_looks[other]),
        Likeness.PatchOverlap => Overlap(Relative(query), Relative(other)),
        _ => ImageOf(query) == ImageOf(other) ? 1 : 0,
    };

    /// <summary>Rows to ask: a patch an image in random order, then a second one of each, and so on.</summary>
    public int[] Queries(int most, long seed)
    {
        int[] images = [.. Enumerable.Range(0, Images)];
        new CounterRandom(seed, "locality images", 0).Shuffle<int>(images);
        var places = images.ToDictionary(i => i, i =>
        {
            int[] patches = [.. Enumerable.Range(0, PerImage)];
            new CounterRandom(seed, "locality patches", ordinals[i]).Shuffle<int>(patches);
            return patches;
        });
        return [.. Enumerable.Range(0, Math.Min(most, Rows)).Select(q => (images[q % Images] * PerImage) + places[images[q % Images]][q / Images])];
    }

    /// <summary>Random patches of other images: what neighbours would be like that the vectors had not chosen.</summary>
    public int[] Strangers(int query, int count, long seed)
    {
        var random = new CounterRandom(seed, "locality strangers", query);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var row = random.NextInt(Rows - PerImage);
            return row < ImageOf(query) * PerImage ? row : row + PerImage;
        })];
    }

    /// <summary>Intersection over union.</summary>
    internal static double Overlap(PatchBox a, PatchBox b)
    {
        var width = Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X);
        var height = Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y);
        var shared = Math.Max(0, width) * Math.Max(0, height);
        return shared / ((a.Width * a.Height) + (b.Width * b.Height) - shared);
    }

    private PatchBox Relative(int row)
    {
        var (source, box) = (Source(row), Source(row).Box);
        return new PatchBox(box.X / source.Width, box.Y / source.Height, box.Width / source.Width, box.Height / source.Height);
    }
}
