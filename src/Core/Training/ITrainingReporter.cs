using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Measures;

namespace PatchSsl.Core.Training;

/// <summary>Where a training tells what only a training has to tell.</summary>
public interface ITrainingReporter : IJobReporter
{
    /// <summary>A spectrum measured at a step; said before the metrics of the same measurement.</summary>
    void Spectrum(long step, FeatureSpectrum spectrum);

    /// <summary>A checkpoint is durable under its final name.</summary>
    void Checkpoint(long step, string fileName, string sha256, long bytes);

    /// <summary>What a training took so far, all its sittings together.</summary>
    void Cost(TrainingCost cost);
}
