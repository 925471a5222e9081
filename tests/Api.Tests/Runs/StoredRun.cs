using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Runs;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Tests.Runs;

/// <summary>Runs put into the database as a finished training leaves them, for what does not need the training.</summary>
public static class StoredRun
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<string> AddRunAsync(this TestServer server, string name = "Run", JobState state = JobState.Completed) => server.WithDatabaseAsync(async db =>
    {
        var now = server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var dataset = new DatasetRow { Id = Ids.Dataset(), Name = "Stored", State = ResourceState.Ready, Source = new(SourceKind.Upload), CreatedAt = now };
        var id = Ids.Run();
        var job = new JobRow { Id = Ids.Job(), Kind = JobKind.Train, ResourceId = id, State = state, CreatedAt = now };
        db.AddRange(dataset, job, new RunRow
        {
            Id = id,
            Name = name,
            State = state,
            DatasetId = dataset.Id,
            RecipeName = "quick",
            RecipeJson = System.Text.Json.JsonSerializer.Serialize(RecipeCatalog.Find("quick")!.Recipe, WorkerEvent.Json),
            OverridesJson = "{}",
            Seed = 1,
            JobId = job.Id,
            CreatedAt = now,
        });
        await db.SaveChangesAsync(Cancel);
        return id;
    });

    /// <summary>Has the run report values, the way its worker's are kept.</summary>
    public static Task MeasureAsync(this TestServer server, string runId, params (long Step, string Name, double Value)[] values) => server.WithDatabaseAsync(async db =>
    {
        var now = server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var run = (await db.Runs.FindAsync([runId], Cancel))!;
        var events = values.GroupBy(v => v.Step)
            .Select(step => new WorkerEvent.Metrics(step.Key, now, step.ToDictionary(v => v.Name, v => v.Value))).ToList();
        await server.Services.GetRequiredService<RunMetricStore>().AppendAsync(db, run, events, Cancel);
        await db.SaveChangesAsync(Cancel);
        server.Services.GetRequiredService<JobChanges>().Tell((await db.Jobs.FindAsync([run.JobId], Cancel))!);
        return 0;
    });
}
