using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Torch;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Status;

/// <summary>The server's gauges as Prometheus text.</summary>
public static class MetricsEndpoint
{
    public static void MapServerMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", Get).WithTags("Server").WithName("getServerMetrics").WithSummary("Jobs, memory and disk as Prometheus text");

    public static async Task<ContentHttpResult> Get(
        IDbContextFactory<PatchSslContext> databases, DataDirectory data, TorchStatus torch, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var jobs = await db.Jobs.GroupBy(j => j.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        using var process = Process.GetCurrentProcess();
        var text = new StringBuilder();
        Describe(text, "patchssl_jobs", "Jobs by state.");
        foreach (var state in Enum.GetValues<JobState>())
            text.Append(CultureInfo.InvariantCulture, $"patchssl_jobs{{state=\"{state.ToString().ToLowerInvariant()}\"}} {jobs.GetValueOrDefault(state)}\n");
        Gauge(text, "patchssl_data_free_bytes", "Free bytes on the data directory's disk.", data.FreeBytes);
        Gauge(text, "patchssl_torch_works", "1 where libtorch loads and computes, 0 where not, -1 while unknown.", torch.Works is { } works ? works ? 1 : 0 : -1);
        Gauge(text, "process_resident_memory_bytes", "Resident memory of the server process.", process.WorkingSet64);
        Gauge(text, "process_cpu_seconds_total", "CPU time of the server process.", process.TotalProcessorTime.TotalSeconds, "counter");
        Gauge(text, "process_threads", "Threads of the server process.", process.Threads.Count);
        return TypedResults.Content(text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
    }

    private static void Gauge(StringBuilder text, string name, string help, double value, string type = "gauge")
    {
        Describe(text, name, help, type);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void Describe(StringBuilder text, string name, string help, string type = "gauge") => text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");
}
