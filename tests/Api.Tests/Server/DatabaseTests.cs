using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Server;

public sealed class DatabaseTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commits_last_and_keys_hold()
    {
        var pragmas = await _server.WithDatabaseAsync(async db =>
        {
            await db.Database.OpenConnectionAsync(Cancel);
            var values = new List<string>();
            foreach (var name in new[] { "journal_mode", "synchronous", "foreign_keys" })
            {
                using var command = db.Database.GetDbConnection().CreateCommand();
                command.CommandText = $"PRAGMA {name}";
                values.Add($"{await command.ExecuteScalarAsync(Cancel)}");
            }
            return values;
        });
        Assert.Equal(["wal", "2", "1"], pragmas);
    }

    [Fact]
    public async Task The_model_and_the_migrations_agree() =>
        Assert.False(await _server.WithDatabaseAsync(db => Task.FromResult(db.Database.HasPendingModelChanges())));

    [Fact]
    public async Task A_migration_that_was_killed_does_not_hang_the_next_start()
    {
        await _server.RestartAsync(async db =>
        {
            await db.Database.EnsureDeletedAsync(Cancel);
            await db.Database.ExecuteSqlRawAsync(
                """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT); INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01')""", Cancel);
        });
        Assert.Equal(0, (await _server.Api.ListRunsAsync(cancellationToken: Cancel)).Total);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => _server.RestartAsync(db => db.Database.ExecuteSqlRawAsync(
            """INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_Later', '99.0')""", Cancel)));
        Assert.NotNull(error);
        await using var connection = new SqliteConnection(DatabaseStart.ConnectionString(Path.Combine(_server.Data, "patchssl.db")));
        await connection.OpenAsync(Cancel);
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT count(*) FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE '2999%'""";
        Assert.Equal(1L, await command.ExecuteScalarAsync(Cancel));
    }

    [Fact]
    public async Task An_older_database_keeps_its_checkpoints_and_what_was_made_with_them()
    {
        await _server.RestartAsync(async db =>
        {
            await db.Database.EnsureDeletedAsync(Cancel);
            await db.GetService<IMigrator>().MigrateAsync("Start", Cancel);
            await db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO Datasets (Id, Name, State, Source, StorageSize, ImageCount, Skipped, Classes, Splits, Bytes, CreatedAt)
                    VALUES ('ds_1', 'Scenes', 'Ready', '{{"kind":"generated"}}', 64, 10, 0, '[]', '{{}}', 1, 1);
                INSERT INTO Runs (Id, Name, State, DatasetId, RecipeName, RecipeJson, OverridesJson, Seed, Tags, Versions, LastSeq, LastMetrics, JobId, Edition, CreatedAt)
                    VALUES ('run_1', 'First', 'Completed', 'ds_1', 'quick', '{{}}', '{{}}', 1, '[]', '{{}}', 0, '{{}}', 'job_1', 0, 1);
                INSERT INTO Checkpoints (Id, RunId, Step, FileName, Sha256, Bytes, CreatedAt) VALUES ('ck_1', 'run_1', 7, 'step-7', 'abc', 9, 2);
                INSERT INTO Indexes (Id, DatasetId, ModelId, Vectors, Patches, Storage, State, PatchCount, Dim, Bytes, CreatedAt)
                    VALUES ('idx_1', 'ds_1', 'ck_1', 'Embedding', 'grid:4', 'F16', 'Ready', 1, 1, 1, 3);
                """, Cancel);
        });
        Assert.Equal("First · step 7", (await _server.Api.GetIndexAsync("idx_1", Cancel)).ModelName);
        Assert.Equal(("ck_1", 7L, "abc"), (await _server.Api.ListCheckpointsAsync("run_1", Cancel)).Items.Select(c => (c.Id, c.Step, c.Sha256)).Single());
        var broken = await _server.WithDatabaseAsync(db => db.Database.SqlQueryRaw<string>("SELECT \"table\" AS Value FROM pragma_foreign_key_check").ToListAsync(Cancel));
        Assert.Empty(broken);
        // What was made with a checkpoint still holds it.
        await Assert.ThrowsAsync<SqliteException>(() => _server.WithDatabaseAsync(db => db.Models.Where(m => m.Id == "ck_1").ExecuteDeleteAsync(Cancel)));
    }

    [Fact]
    public async Task Files_that_no_row_names_are_swept_at_start()
    {
        var dataset = await _server.DatasetAsync();
        Directory.CreateDirectory(Path.Combine(_server.Data, "datasets", "ds_gone.partial"));
        await File.WriteAllTextAsync(Path.Combine(_server.Data, "staging", "up_left"), "x", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_server.Data, "indexes", "idx_gone.index"), "x", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_server.Data, "models", "mdl_gone.safetensors.tmp"), "x", Cancel);
        await _server.RestartAsync();
        Assert.Equal([dataset.Id], new DirectoryInfo(Path.Combine(_server.Data, "datasets")).EnumerateFileSystemInfos().Select(f => f.Name));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, "staging")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, "indexes")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, "models")));
        Assert.Equal(ResourceState.Ready, (await _server.Api.GetDatasetAsync(dataset.Id, Cancel)).State);
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        var body = new CreateDataset("Many", new(SourceKind.Folder, "/none"));
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var made = await _server.Api.CreateDatasetAsync(body with { Name = $"D{i}", Source = new(SourceKind.Generated, Images: 10, Size: 16, Seed: i) }, Cancel);
            return made.Id;
        }));
        Assert.Equal(40, results.Distinct().Count());
        Assert.Equal(40, (await _server.Api.ListDatasetsAsync(cancellationToken: Cancel)).Total);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
