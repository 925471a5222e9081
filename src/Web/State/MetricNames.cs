namespace PatchSsl.Web.State;

/// <summary>How metrics are shown: in which part of the page, under which title, in which unit.</summary>
public static class MetricNames
{
    private const string Objective = "Objective", Quality = "Quality and collapse", Speed = "Optimisation and speed";

    // Matched on letters and digits alone, the first that the name contains.
    private static readonly (string Part, string Section, string Title, string Note)[] Known =
    [
        ("knn", Quality, "kNN accuracy", "Weighted kNN on a small labelled part, while training"),
        ("accuracy", Quality, "Accuracy", ""),
        ("fill", Quality, "Coding-rate fill", "R / Rmax; near 1 is spread, near 0 collapsed"),
        ("rankme", Quality, "RankMe", "Effective rank: dimensions in use"),
        ("std", Quality, "Std of unit vectors", "Healthy is about 1/√D"),
        ("alignment", Quality, "Alignment", "Distance of patches of one image; lower is closer"),
        ("uniformity", Quality, "Uniformity", "Lower is more evenly spread"),
        ("learningrate", Speed, "Learning rate", ""),
        ("lr", Speed, "Learning rate", ""),
        ("patchespersecond", Speed, "Patches per second", ""),
        ("gradientnorm", Speed, "Gradient norm", ""),
        ("diagnosticsshare", Speed, "Share of time spent watching", "Diagnostics and online kNN; kept under 2 %"),
        ("memory", Speed, "Memory", ""),
    ];

    private static readonly string[] Sections = [Objective, Quality, Speed];

    /// <summary>Images that the online kNN's accuracy is counted in: no curve, but said with every one of its values.</summary>
    public const string KnnImages = "knnImages";

    /// <summary>The online kNN's accuracy.</summary>
    public const string Knn = "knn";

    /// <summary>False for what is said with another metric.</summary>
    public static bool IsShown(string name) => name != KnnImages;

    /// <summary>A metric's value in its own unit: shares in percent, an accuracy with the number of images.</summary>
    /// <param name="images">Of the online kNN's accuracy; null where the run does not say.</param>
    public static string Value(string name, double value, int? images) =>
        name == Knn && double.IsFinite(value) ? Units.Accuracy(value, images) : Units.Metric(name, value);

    /// <summary>True for values between 0 and 1 that read best in percent.</summary>
    public static bool IsShare(string name) => Key(name) is var key && (key.Contains("knn") || key.Contains("accuracy") || key.EndsWith("fill", StringComparison.Ordinal) || key.EndsWith("share", StringComparison.Ordinal));

    public static string Section(string name) => Find(name)?.Section ?? Objective;

    public static string Title(string name)
    {
        if (Key(name) is "loss") return "Loss";
        return Find(name) is { } known ? known.Title + Suffix(name) : Words(name);
    }

    /// <summary>How to read it; empty where the title says all.</summary>
    public static string Note(string name) => Find(name)?.Note ?? "";

    /// <summary>As <see cref="Note(string)"/>, with the number of images of an accuracy.</summary>
    public static string Note(string name, int? images) => name != Knn ? Note(name) : images switch
    {
        null => $"{Note(name)}; of how many images is not known",
        < Units.FewImages => $"Of {Units.Count(images.Value, "labelled image")} only: too few to measure",
        _ => $"Weighted kNN of {Units.Count(images.Value, "labelled image")}, while training",
    };

    public static int Order(string name) => Array.IndexOf(Sections, Section(name)) * 100 + (Key(name) == "loss" ? 0 : 2 + Array.FindIndex(Known, k => Key(name).Contains(k.Part)));

    private static (string Part, string Section, string Title, string Note)? Find(string name)
    {
        var key = Key(name);
        foreach (var known in Known)
            if (known.Part == "lr" ? key == "lr" : key.Contains(known.Part)) return known;
        return null;
    }

    // One diagnostic may come in both spaces: its title says in which.
    private static string Suffix(string name) => Key(name) switch
    {
        var k when k.Contains("projection") => ", projection",
        var k when k.Contains("embedding") => ", embedding",
        _ => "",
    };

    private static string Key(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    /// <summary>codingRate, loss.coding_rate → Coding rate</summary>
    public static string Words(string name)
    {
        var last = name[(name.LastIndexOfAny(['.', '/', ':']) + 1)..].Replace('_', ' ').Replace('-', ' ');
        var words = string.Concat(last.Select((c, i) => i > 0 && char.IsUpper(c) && !char.IsUpper(last[i - 1]) ? " " + char.ToLowerInvariant(c) : c.ToString()));
        if (words.Length == 0) return name;
        return words.StartsWith("knn", StringComparison.OrdinalIgnoreCase) ? "kNN" + words[3..]
            : words.StartsWith("lars", StringComparison.OrdinalIgnoreCase) ? "LARS" + words[4..]
            : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
