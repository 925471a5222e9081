using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Api.Runs;

/// <summary>Runs as the API shows them.</summary>
public static class RunContracts
{
    public static async Task<IReadOnlyList<RunSummary>> ToSummariesAsync(PatchSslContext db, IReadOnlyList<RunRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(r => r.JobId).ToList();
        var jobs = await db.Jobs.AsNoTracking().Where(j => ids.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancellationToken);
        return [.. rows.Select(r => new RunSummary(
            r.Id, r.Name, r.State, r.DatasetId, r.Dataset!.Name, r.RecipeName, r.Tags, r.Note, jobs.GetValueOrDefault(r.JobId).ToProgress(),
            r.LastMetrics, BestMetrics.Of(r), r.Error, r.JobId, r.CreatedAt, r.StartedAt, r.FinishedAt, Cost(r), BestMetrics.Note(r)))];
    }

    public static async Task<RunDetail> ToDetailAsync(PatchSslContext db, string id, CancellationToken cancellationToken)
    {
        var r = await db.Runs.AsNoTracking().Include(x => x.Dataset).FirstAsync(x => x.Id == id, cancellationToken);
        var job = await db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == r.JobId, cancellationToken);
        var recipe = JsonSerializer.Deserialize<Core.Recipes.Recipe>(r.RecipeJson, WorkerEvent.Json)!;
        return new RunDetail(
            r.Id, r.Name, r.State, r.DatasetId, r.Dataset!.Name, r.RecipeName, r.Tags, r.Note, job.ToProgress(), r.LastMetrics, BestMetrics.Of(r), r.Error,
            r.JobId, r.CreatedAt, r.StartedAt, r.FinishedAt, [.. RecipeCatalog.Fields(recipe).Select(ToContract)], r.Seed, r.Device, r.Versions, ETag(r), Cost(r),
            BestMetrics.Note(r));
    }

    public static RecipeField ToContract(this RecipeFieldInfo f) => new(
        f.Name, f.Group, f.Type, JsonSerializer.SerializeToElement(f.Value), JsonSerializer.SerializeToElement(f.Default), f.Min, f.Max, f.Choices,
        f.Description, f.Source);

    public static Checkpoint ToContract(this CheckpointRow c) => new(c.Id, c.RunId, c.Step, c.Bytes, c.Sha256, c.CreatedAt);

    /// <summary>Changes with each edit by a person, and with nothing else.</summary>
    public static string ETag(RunRow run) => $"\"{run.Edition}\"";

    /// <summary>What it took so far; null until the first figures arrive.</summary>
    public static Client.Contracts.TrainingCost? Cost(RunRow r) => r.SecondsWorked is { } seconds
        ? new(r.PatchesProcessed ?? 0, seconds, r.PeakMemoryBytes ?? 0, r.DevicesUsed ?? "")
        : null;
}
