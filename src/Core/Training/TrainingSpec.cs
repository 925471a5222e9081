using PatchSsl.Core.Recipes;

namespace PatchSsl.Core.Training;

/// <summary>A training job.</summary>
/// <param name="RunDirectory">Checkpoints go to <c>checkpoints/</c> in it.</param>
/// <param name="DatasetDirectory">An imported dataset.</param>
/// <param name="Seed">Everything random derives from it.</param>
/// <param name="ResumeFrom">File name of the checkpoint to go on from; null starts anew.</param>
public sealed record TrainingSpec(string RunDirectory, string DatasetDirectory, Recipe Recipe, long Seed, string? ResumeFrom);

/// <summary>How a training job ended.</summary>
/// <param name="Steps">Steps done, all sessions together.</param>
/// <param name="Stopped">True when it was asked to stop before its last step; its newest checkpoint is complete.</param>
public sealed record TrainingResult(long Steps, bool Stopped);
