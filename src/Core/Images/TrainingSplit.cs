using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Images;

/// <summary>Which images of a dataset a run is trained on, and which it only looks at.</summary>
/// <param name="Training">Ordinals that are trained on, ascending.</param>
/// <param name="HeldOut">Ordinals that are not, ascending.</param>
public sealed record TrainingSplit(int[] Training, int[] HeldOut)
{
    /// <summary>Of a dataset without other splits than train, at most this share is held out for the diagnostics.</summary>
    private const double HeldOutShare = .05;
    private const int MostHeldOut = 256;

    /// <summary>The split train against the others; without it, all but a small part drawn by counter.</summary>
    /// <param name="batch">Images a step; at least as many are trained on where there are so many.</param>
    /// <param name="seed">Of the run.</param>
    public static TrainingSplit Of(ImageStore store, int batch, long seed)
    {
        var train = store.Ordinals("train").ToArray();
        if (train.Length > 0 && train.Length < store.Count) return new(train, [.. store.Ordinals().Except(train)]);
        var all = store.Ordinals().ToArray();
        var held = (int)Math.Min(MostHeldOut, all.Length * HeldOutShare);
        if (all.Length - held < batch) held = Math.Max(0, all.Length - batch);
        new CounterRandom(seed, "held out", 0).Shuffle<int>(all);
        return new([.. all[held..].Order()], [.. all[..held].Order()]);
    }
}
