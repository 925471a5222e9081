using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchSsl.Bench;

/// <summary>What a case measured.</summary>
internal sealed record Report(string Case, IReadOnlyList<Figure> Figures)
{
    /// <summary>Sizes and choices that the figures depend on.</summary>
    public IReadOnlyDictionary<string, object>? Setting { get; init; }

    /// <summary>What a reader must know, such as why a peer is missing.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A report with where and when it was made, as kept in <c>bench/results</c>.</summary>
internal sealed record ReportFile(Report Report, Machine Machine)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Folder => Path.Combine(Repository.Root, "bench", "results");

    /// <summary>Every kept report, by case.</summary>
    public static IReadOnlyList<ReportFile> All() =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(path => JsonSerializer.Deserialize<ReportFile>(File.ReadAllText(path), Json)!)]
            : [];

    /// <returns>The file's path.</returns>
    public string Write(string? path)
    {
        path ??= Path.Combine(Folder, $"{Report.Case}.json");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
        return path;
    }
}

/// <summary>The checkout that the program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PatchSslWeb.sln"))) return folder.FullName;
        }
        return Environment.CurrentDirectory;
    }
}
