using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Runs;

/// <summary>Every point of a run as CSV, streamed.</summary>
public static class MetricsCsv
{
    public static PushStreamHttpResult Stream(IAsyncEnumerable<MetricRow> rows, string fileName) =>
        Csv.Stream("seq,step,name,value,time", rows.Select(Cells), fileName);

    private static IEnumerable<string> Cells(MetricRow row) =>
        [$"{row.Seq}", $"{row.Step}", Csv.Cell(row.Name), row.Value.ToString("R", CultureInfo.InvariantCulture), $"{row.Time:O}"];
}
