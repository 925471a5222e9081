namespace PatchSsl.Core.Objectives;

/// <summary>Networks that an objective is trained with beside encoder and projector.</summary>
/// <param name="PredictorHidden">Width of the hidden layer of a predictor on the projections; 0 for no predictor.</param>
/// <param name="HasTarget">True for a target network: a copy of encoder and projector that follows them slowly.</param>
public sealed record CompanionSpec(int PredictorHidden, bool HasTarget)
{
    /// <summary>Neither.</summary>
    public static CompanionSpec None { get; } = new(0, false);
}
