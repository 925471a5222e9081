namespace PatchSsl.Core.Training;

/// <summary>Every setting of a training run.</summary>
public sealed record Recipe
{
    /// <summary>Name it is known by in the catalogue.</summary>
    public required string Name { get; init; }
}
