using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;

namespace PatchSsl.Api.Runs;

/// <summary>Adds measured values to a run: numbered without a gap, each (name, step) once, however often a resumed run computes it again.</summary>
public sealed class RunMetricStore
{
    /// <summary>What the database holds of a run when its newest number is <paramref name="LastSeq"/>: each metric's newest step.</summary>
    private sealed record Known(long LastSeq, Dictionary<string, long> Steps);

    private readonly ConcurrentDictionary<string, Known> _known = [];

    public async Task AppendAsync(PatchSslContext db, RunRow run, IReadOnlyList<WorkerEvent.Metrics> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0) return;
        // A transaction that failed leaves the database behind what is remembered here: then it is read again.
        if (!_known.TryGetValue(run.Id, out var known) || known.LastSeq != run.LastSeq) known = await ReadAsync(db, run, cancellationToken);
        var steps = new Dictionary<string, long>(known.Steps);
        var last = new Dictionary<string, double>(run.LastMetrics);
        foreach (var e in events)
        {
            var fresh = new Dictionary<string, double>();
            foreach (var (name, value) in e.Values)
            {
                if (steps.TryGetValue(name, out var newest) && e.Step <= newest) continue;
                steps[name] = e.Step;
                last[name] = fresh[name] = value;
                db.Metrics.Add(new MetricRow
                {
                    RunId = run.Id,
                    Seq = ++run.LastSeq,
                    Step = e.Step,
                    Name = name,
                    Stored = double.IsNaN(value) ? null : value,
                    Time = e.Time,
                });
            }
            BestMetrics.Take(run, fresh, e.Step);
        }
        run.LastMetrics = last;
        _known[run.Id] = new Known(run.LastSeq, steps);
    }

    public void Forget(string runId) => _known.TryRemove(runId, out _);

    private static async Task<Known> ReadAsync(PatchSslContext db, RunRow run, CancellationToken cancellationToken)
    {
        var steps = await db.Metrics.Where(m => m.RunId == run.Id).GroupBy(m => m.Name)
            .Select(g => new { g.Key, Step = g.Max(m => m.Step) }).ToDictionaryAsync(g => g.Key, g => g.Step, cancellationToken);
        return new Known(run.LastSeq, steps);
    }
}
