using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Database;

namespace PatchSsl.Api.Runs;

/// <summary>Every point of a run as CSV, streamed.</summary>
public static class MetricsCsv
{
    public static PushStreamHttpResult Stream(IAsyncEnumerable<MetricRow> rows, string fileName) => TypedResults.Stream(
        async body =>
        {
            await using var writer = new StreamWriter(body, new UTF8Encoding(false), leaveOpen: true);
            await writer.WriteAsync("seq,step,name,value,time\n");
            await foreach (var row in rows)
            {
                var value = row.Value.ToString("R", CultureInfo.InvariantCulture);
                await writer.WriteAsync($"{row.Seq},{row.Step},{Cell(row.Name)},{value},{row.Time:O}\n");
            }
        },
        "text/csv", fileName);

    /// <summary>A text as a spreadsheet may hold it: quoted where needed, and never a formula.</summary>
    public static string Cell(string text)
    {
        if (text.Length > 0 && "=+-@\t\r".Contains(text[0])) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
    }
}
