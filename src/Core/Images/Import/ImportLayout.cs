namespace PatchSsl.Core.Images.Import;

/// <summary>Reads classes and splits from folder names.</summary>
/// <remarks>
/// <list type="number">
/// <item>Hidden files and folders (a name that begins with a dot), <c>__MACOSX</c>, <c>Thumbs.db</c> and <c>desktop.ini</c> are passed over
/// and not listed.</item>
/// <item>A single folder around everything is taken off, as long as every picture still has a folder then: <c>pets/cat/1.jpg</c> becomes
/// <c>cat/1.jpg</c>, but <c>cat/1.jpg</c> stays. A split is never taken off.</item>
/// <item>Where a first-level folder is called train (or training), or all of them are split names (train, test, val), first-level folders
/// are splits and second-level ones classes: <c>train/cat/1.jpg</c>. A first-level folder of another name is a split of that name.</item>
/// <item>Otherwise first-level folders are classes and every image is in train: <c>cat/1.jpg</c>, <c>cat/more/2.jpg</c>.</item>
/// <item>A picture without a class folder is unlabelled.</item>
/// </list>
/// </remarks>
internal sealed class ImportLayout
{
    public const string DefaultSplit = "train";

    private static readonly Dictionary<string, string> SplitNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = "train",
        ["training"] = "train",
        ["test"] = "test",
        ["testing"] = "test",
        ["val"] = "val",
        ["valid"] = "val",
        ["validation"] = "val",
    };

    private static readonly HashSet<string> PictureExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib",
        ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".ppm",
    };

    private static readonly string[] Clutter = ["__MACOSX", "Thumbs.db", "desktop.ini"];

    private readonly int _wrappers;
    private readonly bool _splits;

    /// <param name="names">Every path of the source, separated by <c>/</c>.</param>
    public ImportLayout(IReadOnlyCollection<string> names)
    {
        var pictures = names.Where(LooksLikePicture).Select(name => name.Split('/')).ToList();
        if (pictures.Count == 0) pictures = [.. names.Select(name => name.Split('/'))];
        while (pictures.Count > 0 && IsWrapper(pictures)) _wrappers++;
        var folders = pictures.Where(path => path.Length > _wrappers + 1).Select(path => path[_wrappers]).ToHashSet(StringComparer.Ordinal);
        _splits = folders.Any(name => SplitNames.GetValueOrDefault(name) == DefaultSplit) ||
                 folders.Count > 0 && folders.All(SplitNames.ContainsKey);
    }

    public Placement Place(string name)
    {
        var path = name.Split('/');
        var folders = path.AsSpan(Math.Min(_wrappers, path.Length - 1)..^1);
        if (!_splits) return new Placement(folders.Length > 0 ? folders[0] : null, DefaultSplit);
        if (folders.Length == 0) return new Placement(null, DefaultSplit);
        return new Placement(folders.Length > 1 ? folders[1] : null, SplitNames.GetValueOrDefault(folders[0], folders[0]));
    }

    public static bool LooksLikePicture(string name) => PictureExtensions.Contains(Path.GetExtension(name));

    /// <summary>True for what systems leave beside people's files.</summary>
    public static bool IsClutter(string name) =>
        name.Split('/').Any(part => part.StartsWith('.') || Clutter.Contains(part, StringComparer.OrdinalIgnoreCase));

    private bool IsWrapper(List<string[]> pictures)
    {
        var first = pictures[0];
        if (first.Length <= _wrappers + 1 || SplitNames.ContainsKey(first[_wrappers])) return false;
        return pictures.TrueForAll(path => path.Length > _wrappers + 2 && path[_wrappers] == first[_wrappers]);
    }
}
