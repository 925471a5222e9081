using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Embedding;

/// <summary>The door of every job on a model and a dataset: images and encoder open, and failures told in one sentence.</summary>
internal static class ModelJob
{
    /// <param name="work">What the job does with them; they are closed after it.</param>
    /// <param name="untrained">The encoder of the model's run before its first step instead of the model's own.</param>
    /// <exception cref="JobFailedException">The dataset or the model cannot be used.</exception>
    public static T Run<T>(
        string datasetDirectory, string checkpointPath, TorchRuntime runtime, IJobReporter reporter, Func<ImageStore, Encoder, T> work,
        bool untrained = false)
    {
        reporter.Started(runtime.Summary, runtime.Versions);
        try
        {
            using var store = ImageStore.Open(datasetDirectory);
            if (store.Count == 0) throw new JobFailedException("The dataset holds no images.");
            using var encoder = untrained ? Encoder.BeforeTraining(checkpointPath, runtime) : Encoder.Load(checkpointPath, runtime);
            return work(store, encoder);
        }
        catch (InvalidDataException error)
        {
            throw new JobFailedException(error.Message, error);
        }
    }
}
