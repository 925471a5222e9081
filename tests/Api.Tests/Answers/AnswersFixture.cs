using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Tests.Answers;

/// <summary>Tests that share one server.</summary>
[CollectionDefinition(Name)]
public sealed class AnswersCollection : ICollectionFixture<AnswersFixture>
{
    public const string Name = "answers";
}

/// <summary>One server with a dataset, a tiny model and an index of it, for the tests that only ask.</summary>
public sealed class AnswersFixture : IAsyncLifetime
{
    public const int ImagesPerRequest = 8;
    public const int RequestBytes = 400_000;

    public TestServer Server { get; } = new(
        ("Limits:ImagesPerRequest", $"{ImagesPerRequest}"), ("Limits:RequestBytes", $"{RequestBytes}"),
        ("Limits:ImagePixels", "1000000"), ("Limits:EmbeddingPatches", "1024"), ("Limits:DecodeSeconds", "600"));

    public Dataset Dataset { get; private set; } = null!;
    public string Model { get; private set; } = "";
    public string RunId { get; private set; } = "";
    public string ModelPath { get; private set; } = "";
    public PatchIndex Index { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Dataset = await Server.DatasetAsync(images: 60, size: 32);
        (Model, RunId, ModelPath) = await AddModelAsync();
        var made = await Server.Api.CreateIndexAsync(new CreateIndex(Dataset.Id, Model, Patches: "grid:4"));
        Index = await Server.WaitAsync(() => Server.Api.GetIndexAsync(made.Id), i => i.State is ResourceState.Ready or ResourceState.Failed);
        Assert.True(Index.State == ResourceState.Ready, Index.Error);
    }

    /// <summary>Adds a finished run with one checkpoint, as training leaves them.</summary>
    private async Task<(string Model, string Run, string Path)> AddModelAsync()
    {
        const string Run = "run_tiny", Model = "ck_tiny", File = "step-000000010.safetensors";
        var path = Path.Combine(Server.Data, "runs", Run, "checkpoints", File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var saved = TinyModel.Save(path);
        await Server.WithDatabaseAsync(async db =>
        {
            var now = TimeProvider.System.GetUtcNow();
            db.Runs.Add(new RunRow
            {
                Id = Run,
                Name = "Tiny",
                State = JobState.Completed,
                DatasetId = Dataset.Id,
                RecipeName = "quick",
                RecipeJson = JsonSerializer.Serialize(RecipeCatalog.Find("quick")!.Recipe, WorkerEvent.Json),
                OverridesJson = "{}",
                JobId = "job_tiny",
                CreatedAt = now,
            });
            db.Checkpoints.Add(new CheckpointRow
            {
                Id = Model,
                RunId = Run,
                Step = 10,
                FileName = File,
                Sha256 = saved.Sha256,
                Bytes = saved.Bytes,
                CreatedAt = now,
            });
            return await db.SaveChangesAsync();
        });
        return (Model, Run, path);
    }

    /// <summary>An index that is in a state other than ready.</summary>
    public Task<string> AddIndexAsync(ResourceState state, string? error = null) => Server.WithDatabaseAsync(async db =>
    {
        var row = new IndexRow
        {
            Id = $"idx_{state.ToString().ToLowerInvariant()}{await db.Indexes.CountAsync()}",
            DatasetId = Dataset.Id,
            ModelId = Model,
            Patches = "grid:4",
            State = state,
            Error = error,
            CreatedAt = DateTimeOffset.UnixEpoch, // never the newest
        };
        db.Indexes.Add(row);
        await db.SaveChangesAsync();
        return row.Id;
    });

    /// <summary>An index like <see cref="Index"/> whose model has lost its file.</summary>
    /// <param name="collapsed">Its vectors are zero everywhere.</param>
    public Task<(string Model, string Index)> AddOrphanAsync(bool collapsed = false) => Server.WithDatabaseAsync(async db =>
    {
        const string Lost = "ck_lost";
        var id = collapsed ? "idx_collapsed" : "idx_orphan";
        var original = await db.Indexes.AsNoTracking().FirstAsync(i => i.Id == Index.Id);
        var folder = Path.Combine(Server.Data, "indexes");
        var file = Path.Combine(folder, $"{Index.Id}.index");
        if (collapsed)
        {
            using var whole = Core.Search.IndexFile.Open(file);
            using var writer = new Core.Search.IndexWriter(Path.Combine(folder, $"{id}.index"), whole.Header);
            writer.Append(new float[whole.Count * whole.Dim]);
            writer.Commit();
        }
        else
        {
            File.Copy(file, Path.Combine(folder, $"{id}.index"));
        }
        if (!await db.Checkpoints.AnyAsync(c => c.Id == Lost))
        {
            db.Checkpoints.Add(new CheckpointRow
            {
                Id = Lost,
                RunId = RunId,
                Step = 1,
                FileName = "step-000000001.safetensors",
                Sha256 = new string('0', 64),
                Bytes = 1,
                CreatedAt = DateTimeOffset.UnixEpoch,
            });
        }
        db.Indexes.Add(new IndexRow
        {
            Id = id,
            DatasetId = original.DatasetId,
            ModelId = Lost,
            Patches = original.Patches,
            State = ResourceState.Ready,
            PatchCount = original.PatchCount,
            Dim = original.Dim,
            CreatedAt = DateTimeOffset.UnixEpoch,
        });
        await db.SaveChangesAsync();
        return (Lost, id);
    });

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
