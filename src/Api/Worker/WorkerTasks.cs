using System.Text.Json;
using PatchSsl.Api.Explanations;
using PatchSsl.Api.Jobs;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Indexing;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Training;

namespace PatchSsl.Api.Worker;

/// <summary>What each kind of job calls in Core.</summary>
public static class WorkerTasks
{
    /// <returns>The event that ends the job.</returns>
    public static WorkerEvent Run(WorkerJob job, ITrainingReporter reporter, CancellationToken stop) => job.Kind switch
    {
        JobKind.Import => Finished(DatasetImport.Run(Spec<ImportSpec>(job), reporter, stop)),
        JobKind.Train => Trained(TrainingRun.Run(Spec<TrainingSpec>(job), Torch(job), reporter, stop)),
        JobKind.Pace => Finished(TrainingPace.Measure(Spec<PaceSpec>(job), Torch(job), reporter, stop)),
        JobKind.Index => Finished(IndexBuild.Run(Spec<IndexSpec>(job), Torch(job), reporter, stop)),
        JobKind.Evaluate => Finished(EvaluationRun.Run(Spec<EvaluationSpec>(job), Torch(job), reporter, stop)),
        JobKind.Explain => Explained(Spec<ExplainSpec>(job), job, reporter, stop),
        _ => throw new JobFailedException($"This worker knows no job of kind {job.Kind}."),
    };

    private static TorchRuntime Torch(WorkerJob job)
    {
        try
        {
            return TorchRuntime.Start(job.Torch);
        }
        catch (TorchUnavailableException e)
        {
            throw new JobFailedException(e.Message, e);
        }
    }

    private static WorkerEvent Explained(ExplainSpec spec, WorkerJob job, IJobReporter reporter, CancellationToken stop) =>
        new WorkerEvent.Finished(ExplanationKinds.Of(spec.Kind).Run(spec.Asked, Torch(job), reporter, stop));

    private static WorkerEvent Trained(TrainingResult result) => result.Stopped ? new WorkerEvent.Stopped() : Finished(result);

    private static T Spec<T>(WorkerJob job) => job.Spec.Deserialize<T>(WorkerEvent.Json)!;

    private static WorkerEvent.Finished Finished<T>(T result) => new(JsonSerializer.SerializeToElement(result, WorkerEvent.Json));
}
