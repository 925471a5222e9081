namespace PatchSsl.Web.State;

/// <summary>One colour a run, the same on every page.</summary>
public static class RunColours
{
    /// <summary>Colours of the style sheet, <c>--run-0</c> and up.</summary>
    public const int Count = 12;

    /// <summary>
    /// A colour for each of some runs: the one that its id asks for, or, where a run before it has that, the next that is free. Beyond
    /// <see cref="Count"/> runs colours repeat.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<string> runIds)
    {
        var colours = new Dictionary<string, string>();
        var taken = new HashSet<int>();
        foreach (var id in runIds.Distinct())
        {
            if (taken.Count == Count) taken.Clear();
            var slot = Wanted(id);
            while (!taken.Add(slot)) slot = (slot + 1) % Count;
            colours[id] = $"--run-{slot}";
        }
        return colours;
    }

    // FNV-1a: string.GetHashCode differs from one visit to the next.
    private static int Wanted(string id)
    {
        var hash = 2166136261u;
        foreach (var c in id) hash = (hash ^ c) * 16777619u;
        return (int)(hash % Count);
    }
}
