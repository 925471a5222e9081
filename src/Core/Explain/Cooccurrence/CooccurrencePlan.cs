using PatchSsl.Core.Images;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>Something that keeps a measurement from being taken.</summary>
/// <param name="Field">An option as the API names it, or <c>datasetId</c> where the dataset is at fault.</param>
/// <param name="Text">A sentence that names the value.</param>
public sealed record CooccurrenceProblem(string Field, string Text);

/// <summary>Which images are counted and which are measured, before any of them is read.</summary>
/// <remarks>A pure function of the splits' sizes and the options, so that the server refuses at once what a worker would fail on.</remarks>
/// <param name="TrainFrom">Split that pairs are counted on; null where the dataset is halved by seed.</param>
/// <param name="HeldOutFrom">Splits that products are measured on; empty where the dataset is halved by seed.</param>
/// <param name="Train">Images counted.</param>
/// <param name="HeldOut">Images measured.</param>
public sealed record CooccurrencePlan(string? TrainFrom, IReadOnlyList<string> HeldOutFrom, int Train, int HeldOut)
{
    /// <summary>Most held-out patches: their vectors are kept in memory for the bootstrap.</summary>
    public const int MostHeldOutPatches = 65_536;

    /// <summary>The plan, or everything that is wrong.</summary>
    /// <param name="splits">Name of each split → images.</param>
    public static (CooccurrencePlan? Plan, IReadOnlyList<CooccurrenceProblem> Problems) Of(
        IReadOnlyDictionary<string, int> splits, CooccurrenceOptions options)
    {
        var problems = OptionProblems(options).ToList();
        var plan = Resolve(splits, options);
        if (plan.Train < 1 || plan.HeldOut < 2)
        {
            problems.Add(new("datasetId", FormattableString.Invariant(
                $"There are {plan.Train} images to count on and {plan.HeldOut} to measure on: one and two are needed, since products are taken between different images.")));
        }
        else if (problems.Count == 0 && (long)plan.Train * options.PatchesPerImage < options.Codes)
        {
            problems.Add(new("codes", FormattableString.Invariant(
                $"There are {plan.Train} images of {options.PatchesPerImage} patches to count on, fewer patches than {options.Codes} codes.")));
        }
        return problems.Count == 0 ? (plan, []) : (null, problems);
    }

    /// <summary>Draws the images, in a random order that the seed alone decides.</summary>
    internal (int[] Train, int[] HeldOut) Draw(ImageStore store, long seed)
    {
        if (TrainFrom is null)
        {
            var all = Shuffled(store.Ordinals(), "cooccurrence halves");
            var half = (all.Length + 1) / 2;
            return (all[..Train], all[half..(half + HeldOut)]);
        }
        return (
            Shuffled(store.Ordinals(TrainFrom), "cooccurrence train")[..Train],
            Shuffled(HeldOutFrom.SelectMany(store.Ordinals).Order(), "cooccurrence held out")[..HeldOut]);

        int[] Shuffled(IEnumerable<int> ordinals, string stream)
        {
            int[] order = [.. ordinals];
            new CounterRandom(seed, stream, 0).Shuffle<int>(order);
            return order;
        }
    }

    private static CooccurrencePlan Resolve(IReadOnlyDictionary<string, int> splits, CooccurrenceOptions options)
    {
        string[] others = Has("test") ? ["test"] : [.. splits.Keys.Where(s => s != "train" && splits[s] > 0).Order(StringComparer.Ordinal)];
        var halved = !Has("train") || others.Length == 0;
        var all = splits.Values.Sum();
        var (train, heldOut) = halved ? ((all + 1) / 2, all / 2) : (splits["train"], others.Sum(s => splits[s]));
        return new(halved ? null : "train", halved ? [] : others, Math.Min(train, options.TrainImages), Math.Min(heldOut, options.HeldOutImages));

        bool Has(string split) => splits.GetValueOrDefault(split) > 0;
    }

    private static IEnumerable<CooccurrenceProblem> OptionProblems(CooccurrenceOptions o)
    {
        var ranges = new (string Field, double Value, double Low, double High)[]
        {
            ("patchesPerImage", o.PatchesPerImage, 2, 64), ("codes", o.Codes, 2, 512), ("pixelSide", o.PixelSide, 2, 16), ("epsilon", o.Epsilon, .0001, 10),
            ("minPairs", o.MinPairs, 1, 100_000), ("trainImages", o.TrainImages, 2, 100_000), ("heldOutImages", o.HeldOutImages, 2, 10_000),
        };
        foreach (var (field, value, low, high) in ranges)
        {
            if (!(value >= low && value <= high))
                yield return new(field, FormattableString.Invariant($"{field} is {value}: it must lie between {low} and {high}."));
        }
        var side = (int)Math.Round(Math.Sqrt(Math.Max(0, o.PatchesPerImage)));
        if (o.Placement == PatchPlacement.Grid && side * side != o.PatchesPerImage)
            yield return new("patchesPerImage", $"patchesPerImage is {o.PatchesPerImage}: a grid needs a square number, such as 4, 16 or 49.");
        if ((long)o.HeldOutImages * o.PatchesPerImage is > MostHeldOutPatches and var patches && o.HeldOutImages <= 10_000 && o.PatchesPerImage <= 64)
        {
            yield return new("heldOutImages", FormattableString.Invariant(
                $"heldOutImages × patchesPerImage is {patches}: it must be {MostHeldOutPatches} or less, since their vectors are kept in memory."));
        }
    }
}
