using NetVips;
using PatchSsl.Core.Images.Scenes;

namespace PatchSsl.Bench;

/// <summary>Folders of generated JPEG files.</summary>
internal static class Pictures
{
    private const int Scenes = 24, Quality = 85;

    /// <summary>Writes <c>class/0000.jpg</c> …, each a part of a generated scene under a little grain, which makes them as hard to compress as photographs.</summary>
    public static void Write(string folder, int count, int width, int height)
    {
        var side = Math.Max(width, height);
        var scenes = new Scene[Math.Min(count, Scenes)];
        Parallel.For(0, scenes.Length, i => scenes[i] = SceneGenerator.Render(new GeneratedSpec(Scenes, side, Seed: 1), i));
        foreach (var scene in scenes) Directory.CreateDirectory(Path.Combine(folder, scene.Class));
        Parallel.For(0, count, i =>
        {
            var scene = scenes[i % scenes.Length];
            var random = new Random(i);
            var (left, top) = (random.Next(side - width + 1), random.Next(side - height + 1));
            var rgb = new byte[3 * width * height];
            var grain = new byte[3 * width];
            for (var y = 0; y < height; y++)
            {
                random.NextBytes(grain);
                var from = scene.Rgb.AsSpan(3 * (((top + y) * side) + left), 3 * width);
                var to = rgb.AsSpan(3 * width * y, 3 * width);
                for (var x = 0; x < to.Length; x++) to[x] = (byte)Math.Clamp(from[x] + (grain[x] % 16) - 8, 0, 255);
            }
            using var raw = Image.NewFromMemory(rgb, width, height, 3, Enums.BandFormat.Uchar);
            using var image = raw.Copy(interpretation: Enums.Interpretation.Srgb);
            File.WriteAllBytes(Path.Combine(folder, scene.Class, $"{i:D5}.jpg"), image.JpegsaveBuffer(q: Quality));
        });
    }
}
