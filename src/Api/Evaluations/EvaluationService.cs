using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using LabelCounts = PatchSsl.Core.Evaluation.LabelCounts;

namespace PatchSsl.Api.Evaluations;

/// <summary>Makes evaluations.</summary>
public sealed class EvaluationService(ModelCatalog models, ImageStores stores, JobService jobs, TimeProvider time)
{
    /// <summary>Checks a request in full, then queues its evaluation; row and job are saved together.</summary>
    /// <exception cref="ProblemException">422 with everything that is wrong; where nothing else is, 404 for an unknown id, 409 for what is not ready.</exception>
    public async Task<EvaluationRow> CreateAsync(PatchSslContext db, CreateEvaluation body, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var protocol = EvaluationRules.Request(body, errors);
        var (dataset, noDataset) = await TryAsync(db.Datasets.FindReadyAsync(body.DatasetId, cancellationToken));
        var (model, noModel) = await TryAsync(models.FindAsync(db, body.Model, cancellationToken));
        if (model is not null) EvaluationRules.Spaces(body, model, errors);
        var unlabelled = dataset is { Classes.Count: 0 };
        if (unlabelled) errors.Add("datasetId", $"Dataset '{dataset!.Id}' has no classes: an evaluation needs labelled images, one folder a class.");
        else if (dataset is not null) CheckLabels(body, dataset, errors);

        if (errors.Any)
        {
            if (noDataset is not null) errors.Add("datasetId", noDataset.Message);
            if (noModel is not null) errors.Add("model", noModel.Message);
            errors.Throw(unlabelled ? "dataset_unlabelled" : "invalid_fields");
        }
        if ((noDataset ?? noModel) is { } missing) throw missing;
        return await AddAsync(db, body, protocol, dataset!, model!, cancellationToken);
    }

    /// <summary>Adds what is wrong with the split asked for, given the dataset's labels.</summary>
    public void CheckLabels(CreateEvaluation body, DatasetRow dataset, FieldErrors errors)
    {
        using var lease = stores.Open(dataset.Id);
        EvaluationRules.Labels(body, LabelCounts.Of(lease.File), errors);
    }

    private async Task<EvaluationRow> AddAsync(
        PatchSslContext db, CreateEvaluation body, PatchProtocol protocol, DatasetRow dataset, EmbeddingModel model, CancellationToken cancellationToken)
    {
        var sweep = body.Kind == EvaluationKind.Sweep ? EvaluationRules.Filled(body.Sweep, protocol, model) : null;
        var (vectors, patches) = sweep is null ? (body.Vectors, body.Patches) : Headlines.Setting(sweep);
        var row = new EvaluationRow
        {
            Id = Ids.Evaluation(),
            Kind = body.Kind,
            ModelId = model.Id,
            DatasetId = dataset.Id,
            Vectors = vectors,
            Patches = patches,
            PatchProtocol = protocol,
            Sweep = sweep,
            Neighbours = body.Neighbours,
            Split = body.Split,
            WithBaselines = body.Baselines,
            Seed = body.Seed,
            State = ResourceState.Queued,
            CreatedAt = time.GetUtcNow(),
        };
        db.Evaluations.Add(row);
        row.JobId = (await jobs.EnqueueAsync(db, JobKind.Evaluate, row.Id, cancellationToken)).Id;
        await jobs.SaveAsync(db, cancellationToken);
        return row;
    }

    /// <summary>What was found, or why it was not: told only after all the rest is known.</summary>
    private static async Task<(T? Found, ProblemException? Problem)> TryAsync<T>(Task<T> search) where T : class
    {
        try
        {
            return (await search, null);
        }
        catch (ProblemException e)
        {
            return (null, e);
        }
    }
}
