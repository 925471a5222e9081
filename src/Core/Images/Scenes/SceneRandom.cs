namespace PatchSsl.Core.Images.Scenes;

/// <summary>A small generator of its own (SplitMix64), so that a seed gives the same scenes with every version of the runtime.</summary>
internal struct SceneRandom(long seed, int scene)
{
    private ulong _state = Mix((ulong)seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) ^ Mix((ulong)scene + 0x8CB92BA72F3D8DD7);

    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + (high - low) * NextUnit();

    public int Below(int count) => (int)(NextUnit() * count);

    public bool Chance(double probability) => NextUnit() < probability;

    /// <summary>A direction, uniformly: a point of the disc made unit length, which takes no sine.</summary>
    public (double X, double Y) Direction()
    {
        while (true)
        {
            var (x, y) = (Between(-1, 1), Between(-1, 1));
            var square = x * x + y * y;
            if (square is > 1 or < 1e-4) continue;
            var length = Math.Sqrt(square);
            return (x / length, y / length);
        }
    }

    /// <summary>Points that keep their distance, at least <paramref name="margin"/> from the edges: each is the best of a few candidates.</summary>
    public List<(double X, double Y)> Spread(int count, double margin)
    {
        var points = new List<(double X, double Y)>(count);
        while (points.Count < count)
        {
            var (best, bestDistance) = ((X: 0.0, Y: 0.0), -1.0);
            for (var i = 0; i < 10; i++)
            {
                var candidate = (X: Between(margin, 1 - margin), Y: Between(margin, 1 - margin));
                var distance = double.MaxValue;
                foreach (var (x, y) in points)
                    distance = Math.Min(distance, (x - candidate.X) * (x - candidate.X) + (y - candidate.Y) * (y - candidate.Y));
                if (distance > bestDistance) (best, bestDistance) = (candidate, distance);
            }
            points.Add(best);
        }
        return points;
    }

    private ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
