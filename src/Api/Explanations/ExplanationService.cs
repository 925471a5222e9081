using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Explanations;

/// <summary>Makes reports.</summary>
public sealed class ExplanationService(ModelCatalog models, ImageStores stores, JobService jobs, DataDirectory data, TimeProvider time)
{
    /// <summary>Checks a request in full, then queues its report, or finds the one that was made of the same inputs.</summary>
    /// <exception cref="ProblemException">404: no such model or dataset. 409: one of them is not ready. 422 with everything that is wrong with the options.</exception>
    public async Task<ExplanationRow> CreateAsync(PatchSslContext db, CreateExplanation body, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (!Enum.IsDefined(body.Kind)) errors.Add("kind", $"kind is not known: allowed is {string.Join(", ", ExplanationKinds.All.Select(k => Csv.Word(k.Kind)))}.");
        errors.Throw();
        var dataset = await db.Datasets.FindReadyAsync(body.DatasetId, cancellationToken);
        var model = await models.FindAsync(db, body.Model, cancellationToken);
        var kind = ExplanationKinds.Of(body.Kind);
        foreach (var other in ExplanationKinds.All.Where(k => k != kind && body.Options is { } given && k.Given(given)))
            errors.Add($"options.{Csv.Word(other.Kind)}", $"options.{Csv.Word(other.Kind)} goes with kind {Csv.Word(other.Kind)}; kind is {Csv.Word(kind.Kind)}.");
        ExplanationOptions options;
        using (var images = stores.Open(dataset.Id)) options = kind.Fill(body.Options, new ExplanationSubject(model, dataset, images.File), errors);
        errors.Throw();

        var hash = Hash(body, model, options);
        var made = await db.Explanations.AsNoTracking()
            .Where(x => x.Hash == hash && x.ModelId == model.Id && x.DatasetId == dataset.Id && x.State != ResourceState.Failed)
            .OrderByDescending(x => x.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        return made ?? await AddAsync(db, body, model, options, hash, cancellationToken);
    }

    private async Task<ExplanationRow> AddAsync(
        PatchSslContext db, CreateExplanation body, EmbeddingModel model, ExplanationOptions options, string hash, CancellationToken cancellationToken)
    {
        var row = new ExplanationRow
        {
            Id = Ids.Explanation(),
            Kind = body.Kind,
            ModelId = model.Id,
            ModelSha256 = model.Sha256,
            DatasetId = body.DatasetId,
            Seed = body.Seed,
            Options = options,
            Hash = hash,
            State = ResourceState.Queued,
            CreatedAt = time.GetUtcNow(),
        };
        db.Explanations.Add(row);
        row.JobId = (await jobs.EnqueueAsync(db, JobKind.Explain, row.Id, cancellationToken)).Id;
        await jobs.SaveAsync(db, cancellationToken);
        return row;
    }

    /// <summary>Two reports of one hash have the same figures: neither names nor ids go into it.</summary>
    private string Hash(CreateExplanation body, EmbeddingModel model, ExplanationOptions options) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(new { body.Kind, model.Sha256, Images = StoreManifest.Hash(data.Dataset(body.DatasetId)), options, body.Seed }, WorkerEvent.Json)));
}
