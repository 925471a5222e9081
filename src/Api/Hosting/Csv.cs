using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PatchSsl.Api.Hosting;

/// <summary>Comma-separated values after RFC 4180, as a spreadsheet may open them.</summary>
public static class Csv
{
    public const string MediaType = "text/csv";

    private const string LineEnd = "\r\n";

    /// <summary>A text as one cell: quoted where needed, and never a formula.</summary>
    public static string Cell(string text)
    {
        if (text.Length > 0 && "=+-@\t\r".Contains(text[0])) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
    }

    /// <summary>A number as it stands in programs, full precision; empty for none.</summary>
    public static string Number<T>(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    /// <summary>An enum's value as it stands in JSON.</summary>
    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>A file sent while its rows are read.</summary>
    /// <param name="header">Names of the columns, as they are.</param>
    /// <param name="rows">The cells of each row, as they are: texts of people through <see cref="Cell"/>.</param>
    public static PushStreamHttpResult Stream(string header, IAsyncEnumerable<IEnumerable<string>> rows, string fileName) => TypedResults.Stream(
        async body =>
        {
            await using var writer = new StreamWriter(body, new UTF8Encoding(false), leaveOpen: true);
            await writer.WriteAsync(header + LineEnd);
            await foreach (var row in rows) await writer.WriteAsync(string.Join(',', row) + LineEnd);
        },
        MediaType, fileName);
}
