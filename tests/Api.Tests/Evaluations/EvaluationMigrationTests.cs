using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Evaluations;

public sealed class EvaluationMigrationTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evaluations_of_the_first_schema_learn_what_their_scores_were_of()
    {
        await _server.RestartAsync(async db =>
        {
            await db.Database.EnsureDeletedAsync(Cancel);
            await db.GetService<IMigrator>().MigrateAsync("20261125000210_Start", Cancel);
            await db.Database.OpenConnectionAsync(Cancel);
            using var command = db.Database.GetDbConnection().CreateCommand();
            // Without its model and dataset, which are of no interest here.
            command.CommandText = """
                PRAGMA foreign_keys = OFF;
                INSERT INTO Evaluations (Id, Kind, ModelId, DatasetId, Vectors, Patches, Seed, State, Accuracy, Protocol, Scores, Baselines, TrainImages, TestImages, CreatedAt)
                VALUES ('ev_old', 'Knn', 'ck', 'ds', 'Projection', 'grid:16', 3, 'Ready', 0.5, 'kNN',
                    '[{"k":200,"temperature":0.1,"accuracy":0.5}]',
                    '[{"name":"raw pixels","k":200,"temperature":0.1,"accuracy":0.2},{"name":"untrained encoder","k":200,"temperature":0.1,"accuracy":0.3}]', 48, 12, 0),
                    ('ev_none', 'Knn', 'ck', 'ds', 'Embedding', 'whole', 0, 'Failed', NULL, '', '[]', '[]', 0, 0, 0)
                """;
            await command.ExecuteNonQueryAsync(Cancel);
        });
        var rows = await _server.WithDatabaseAsync(db => db.Evaluations.AsNoTracking().OrderByDescending(e => e.Id).ToListAsync(Cancel));
        Assert.Equal([new EvaluationScore("knn", VectorKind.Projection, "grid:16", .5, K: 200, Temperature: .1)], rows[0].Scores);
        Assert.Equal(
            [
                new EvaluationBaseline("raw pixels", "knn", null, "whole", .2, K: 200, Temperature: .1),
                new EvaluationBaseline("untrained encoder", "knn", VectorKind.Projection, "grid:16", .3, K: 200, Temperature: .1),
            ],
            rows[0].Baselines);
        Assert.Equal((PatchProtocol.Grid, true, 0), (rows[0].PatchProtocol, rows[0].WithBaselines, rows[0].Agreement.Count));
        Assert.Empty(rows[1].Scores);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
