namespace PatchSsl.Api.Hosting;

/// <summary>A list's filter: words that the name contains, and <c>field:value</c> terms.</summary>
/// <param name="Text">Null for none.</param>
public sealed record ListFilter(string? Text, IReadOnlyList<(string Field, string Value)> Terms)
{
    /// <param name="filter">Words apart by spaces; <c>class:"hot dog"</c> keeps those within double quotes together.</param>
    /// <param name="fields">Fields this list knows; a word with another one's colon is text like any other.</param>
    public static ListFilter Parse(string? filter, params ReadOnlySpan<string> fields)
    {
        var words = new List<string>();
        var terms = new List<(string, string)>();
        foreach (var word in Words(filter ?? ""))
        {
            var colon = word.IndexOf(':');
            if (colon > 0 && fields.Contains(word[..colon])) terms.Add((word[..colon], word[(colon + 1)..]));
            else words.Add(word);
        }
        return new ListFilter(words.Count == 0 ? null : string.Join(' ', words), terms);
    }

    /// <summary>The text as a LIKE pattern with a backslash as escape: its own % and _ stand for themselves.</summary>
    public static string Pattern(string text) => $"%{text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";

    private static IEnumerable<string> Words(string filter)
    {
        // Every second part lies within quotes: its spaces are protected while the rest is split.
        var parts = filter.Split('"');
        for (var i = 1; i < parts.Length; i += 2) parts[i] = parts[i].Replace(' ', '\0');
        return string.Concat(parts).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Replace('\0', ' '));
    }

    /// <summary>A term's value as one of an enum's names.</summary>
    /// <exception cref="ProblemException">400: it is none of them.</exception>
    public static T Enum<T>(string field, string value) where T : struct, Enum =>
        System.Enum.TryParse<T>(value, ignoreCase: true, out var parsed) && !char.IsDigit(value[0])
            ? parsed
            : throw new ProblemException(Problems.BadRequest(
                $"filter {field}:{Problems.Shown(value)} is none of {string.Join(", ", System.Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}."));
}
