using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Embeddings;

/// <summary>Embedding as requests use it: admission first, then vectors, with every expected end as a problem.</summary>
public sealed class EmbeddingDesk(EmbeddingQueue queue)
{
    /// <summary>Refuses at once what cannot be served soon; dispose the result when the vectors are there.</summary>
    /// <exception cref="ProblemException">413: more patches than the queue ever holds. 503: the queue is full.</exception>
    public IDisposable Admit(int patches)
    {
        if (patches > queue.Capacity)
        {
            throw new ProblemException(Problems.TooLarge(
                $"The request needs {patches:N0} patches; one request may need {queue.Capacity:N0}.", "batch_too_large"));
        }
        return queue.TryReserve(patches) ?? throw Full();
    }

    /// <summary>Refuses before a body is read when no request at all could be served.</summary>
    /// <exception cref="ProblemException">503: the queue is full.</exception>
    public void RefuseWhenFull()
    {
        if (queue.Pending >= queue.Capacity) throw Full();
    }

    /// <summary>Embeds admitted patches; their pixels are no longer read when the task has ended, however it ends.</summary>
    public async Task<float[]> VectorsAsync(EmbeddingModel model, VectorSpace space, IReadOnlyList<PatchSource> patches, CancellationToken cancellationToken)
    {
        try
        {
            var vectors = await queue.EnqueueAsync(new ModelFile(model.Id, model.Path, model.Untrained), space, patches, cancellationToken);
            return AllFinite(vectors)
                ? vectors
                : throw new ProblemException(Problems.Conflict($"Model '{model.Id}' gives NaN or infinite vectors: its training has diverged.", "model_diverged"));
        }
        catch (TorchUnavailableException e)
        {
            throw new ProblemException(Problems.Unavailable(e.Message, "torch", 30));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Training keeps its newest checkpoints only; this one went between the look-up and now.
            throw new ProblemException(Problems.NotFound("model", model.Id));
        }
        catch (InvalidDataException e)
        {
            throw new ProblemException(Problems.Conflict($"The checkpoint of model '{model.Id}' cannot be read: {e.Message}", "checkpoint_corrupt"));
        }
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values) if (!float.IsFinite(value)) return false;
        return true;
    }

    private ProblemException Full() => new(Problems.Unavailable(
        $"{queue.Pending:N0} patches wait to be embedded; the limit is {queue.Capacity:N0}.", "queue_full",
        (int)Math.Clamp(Math.Ceiling(queue.Backlog.TotalSeconds), 1, 30)));
}
