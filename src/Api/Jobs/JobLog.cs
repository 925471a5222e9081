using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;

namespace PatchSsl.Api.Jobs;

/// <summary>The log of a resource's jobs, numbered without a gap.</summary>
public static class JobLog
{
    public static async Task AppendAsync(PatchSslContext db, string resourceId, IEnumerable<WorkerEvent.Log> lines, DateTimeOffset now)
    {
        var seq = 0L;
        foreach (var line in lines)
        {
            if (seq == 0) seq = await db.Log.Where(l => l.ResourceId == resourceId).MaxAsync(l => (long?)l.Seq) ?? 0;
            db.Log.Add(new LogRow { ResourceId = resourceId, Seq = ++seq, Time = now, Level = line.Level, Text = line.Text });
        }
    }
}
