using System.Text;

namespace PatchSsl.Bench;

/// <summary>Writes the tables of docs/performance.md from the kept results, so that the page says what was measured.</summary>
internal static class PerformancePage
{
    private const string Begin = "<!-- begin: written by bench -- page -->", End = "<!-- end -->";

    public static void Write()
    {
        var path = Path.Combine(Repository.Root, "docs", "performance.md");
        var text = File.ReadAllText(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InvalidOperationException($"{path} has no place for the tables: '{Begin}' and '{End}'.");
        File.WriteAllText(path, string.Concat(text.AsSpan(0, begin + Begin.Length), "\n\n", Tables(), text.AsSpan(end)));
        Console.WriteLine(path);
    }

    private static string Tables()
    {
        var tables = new StringBuilder();
        foreach (var (report, machine) in ReportFile.All())
        {
            tables.Append($"### {report.Case}\n\n{ReportTable.Markdown(report)}\n");
            if (report.Setting is { Count: > 0 } setting) tables.Append(string.Join(", ", setting.Select(s => $"{s.Key} {s.Value}"))).Append(".\n");
            foreach (var note in report.Notes) tables.Append($"{note}\n");
            tables.Append($"{machine.Device ?? machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB} GiB, load {machine.Load}; {machine.Runtime}; version {machine.Version}; {machine.Date}.\n\n");
        }
        return tables.ToString();
    }
}
