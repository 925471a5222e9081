namespace PatchSsl.Api.Datasets;

/// <summary>Decides whether a folder may be imported: by where it really lies, links followed, not by how its name is spelt.</summary>
public static class ImportFolder
{
    private const int MostLinks = 40;

    /// <summary>The folder's real path, or null where it does not exist or lies outside every root.</summary>
    public static string? Resolve(string path, IReadOnlyList<string> roots)
    {
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0')) return null;
        if (RealPath(path) is not { } real || !Directory.Exists(real)) return null;
        return roots.Any(root => RealPath(Path.GetFullPath(root)) is { } realRoot && IsBelow(real, realRoot)) ? real : null;
    }

    private static bool IsBelow(string path, string root) =>
        path == root || path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string? RealPath(string path)
    {
        var links = 0;
        return Follow(Path.GetFullPath(path), ref links);
    }

    private static string? Follow(string path, ref int links)
    {
        var real = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            var info = new FileInfo(next);
            if (info.LinkTarget is { } target)
            {
                if (++links > MostLinks) return null;
                if (Follow(Path.GetFullPath(target, real), ref links) is not { } followed) return null;
                next = followed;
            }
            real = next;
        }
        return real;
    }
}
