using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>BYOL: what the predictor makes of a patch points where the target network puts the image's other patches.</summary>
/// <remarks>
/// Grill et al., arXiv 2006.07733: 2 - 2·cos(prediction, target), averaged over all ordered pairs of different views (which is V² dot
/// products of one image, but also one product of sums). No gradient flows into the target.
/// </remarks>
/// <param name="predictorHidden">Width of the predictor's hidden layer.</param>
public sealed class Byol(int predictorHidden) : IObjective
{
    public string Name => "byol";

    public CompanionSpec Companions => new(predictorHidden, HasTarget: true);

    public ObjectiveValue Compute(Projections views)
    {
        ViewOrder.Check(views.Online);
        if (views.Target is not { } target || !target.shape.SequenceEqual(views.Online.shape))
            throw new ArgumentException($"Targets must be (V,B,D) as the predictions, got {(views.Target is null ? "none" : $"({string.Join(',', views.Target.shape)})")}.");
        using var scope = NewDisposeScope();
        var similarity = Similarity(views.Online, target);
        return ObjectiveValue.Of(2 - (2 * similarity), ("similarity", similarity));
    }

    /// <summary>Mean cosine of a prediction and the targets of the other views.</summary>
    public static Tensor Similarity(Tensor predictions, Tensor targets)                 // (V, B, D) both → ()
    {
        var (p, t) = (EmpSsl.Unit(predictions), EmpSsl.Unit(targets.detach()));
        return ((p.sum([0]) * t.sum([0])).sum() - (p * t).sum()) / (Pairs.Count(p) * p.shape[1]);
    }
}
