using PatchSsl.Core.Models;

namespace PatchSsl.Core.Checkpoints;

/// <summary>What a checkpoint says about itself, beside its tensors.</summary>
/// <param name="Model">How to build the model and feed it.</param>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Seed">Seed of the run: with the step, all there is to its randomness.</param>
/// <param name="RecipeJson">The recipe as the run was given it; null for a model that no run made.</param>
public sealed record CheckpointInfo(ModelSpec Model, long Step, long Seed, string? RecipeJson)
{
    /// <summary>What training up to here took; null for an imported encoder, and where an older program saved it.</summary>
    public TrainingCost? Cost { get; init; }

    /// <summary>Anything else worth keeping, by name.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();
}

/// <summary>A file that is durable under its final name.</summary>
/// <param name="Sha256">Lower-case hex of the whole file.</param>
public sealed record SavedFile(string Path, string Sha256, long Bytes);
