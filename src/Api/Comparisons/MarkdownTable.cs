using System.Text;

namespace PatchSsl.Api.Comparisons;

/// <summary>A table in Markdown: text columns on the left, figures on the right.</summary>
/// <param name="texts">Leading columns that are text.</param>
public sealed class MarkdownTable(int texts, params IReadOnlyList<string> head)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    public override string ToString()
    {
        var text = new StringBuilder();
        Line(text, head);
        Line(text, [.. head.Select((_, i) => i < texts ? "---" : "---:")]);
        foreach (var row in _rows) Line(text, row);
        return text.ToString();
    }

    /// <summary>A person's text inside a cell or a paragraph: nothing in it is markup.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text.ReplaceLineEndings(" "))
        {
            if ("\\`*_[]<>|#".Contains(c)) escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
