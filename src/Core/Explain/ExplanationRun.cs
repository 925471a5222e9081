using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain;

/// <summary>What every report on a model and a dataset begins with: the images and the encoder open, and failures told in one sentence.</summary>
internal static class ExplanationRun
{
    /// <exception cref="JobFailedException">The dataset or the model cannot be used.</exception>
    public static T Run<T>(
        string datasetDirectory, string checkpointPath, TorchRuntime runtime, IJobReporter reporter, Func<ImageStore, Encoder, T> measure)
    {
        reporter.Started(runtime.Summary, runtime.Versions);
        try
        {
            using var store = ImageStore.Open(datasetDirectory);
            if (store.Count == 0) throw new JobFailedException("The dataset holds no images.");
            using var encoder = Encoder.Load(checkpointPath, runtime);
            return measure(store, encoder);
        }
        catch (InvalidDataException error)
        {
            throw new JobFailedException(error.Message, error);
        }
    }
}
