using System.Globalization;

namespace PatchSsl.Web.Patches;

/// <summary>The query of an address, read and written; a name may come several times.</summary>
/// <param name="query">With or without the leading question mark.</param>
public sealed class AddressQuery(string query)
{
    private readonly List<(string Name, string Value)> _pairs =
    [
        .. query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(parts => (parts[0], parts.Length == 2 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : "")),
    ];

    /// <summary>Every value of a name that is not empty.</summary>
    public IEnumerable<string> All(string name) => _pairs.Where(p => p.Name == name && p.Value.Length > 0).Select(p => p.Value);

    /// <summary>The last value of a name; null where it has none.</summary>
    public string? Text(string name) => All(name).LastOrDefault();

    /// <summary>A whole number of 0 or more; null where the text is none.</summary>
    public int? Number(string name) => int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A value of an enum by its name, in any case.</summary>
    public T Word<T>(string name, T otherwise) where T : struct, Enum =>
        Text(name) is { } text && !int.TryParse(text, out _) && Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value : otherwise;

    /// <summary>Adds a value; null adds nothing.</summary>
    public void Add(string name, string? value)
    {
        if (value is not null) _pairs.Add((name, value));
    }

    /// <summary>Adds a number; null adds nothing.</summary>
    public void Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Question mark included; empty without pairs. Commas and at signs stay readable.</summary>
    public override string ToString() => _pairs.Count == 0 ? "" : "?" + string.Join(
        '&', _pairs.Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value).Replace("%2C", ",").Replace("%40", "@")}"));
}
