using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>What training minimises: a function of the projections of V views of B images.</summary>
public interface IObjective
{
    /// <summary>Its name in the catalogue.</summary>
    string Name { get; }

    /// <summary>Networks it is trained with beside encoder and projector; it gets what they make. None unless it says so.</summary>
    CompanionSpec Companions => CompanionSpec.None;

    /// <exception cref="ArgumentException">Another shape than (V,B,D) with V ≥ 2 and B ≥ 2.</exception>
    ObjectiveValue Compute(Projections views);
}

/// <summary>What an objective is computed on, in float32 or float64.</summary>
/// <param name="Online">(V,B,D): the projections z, or what the predictor makes of them where the objective asks for one.</param>
/// <param name="Target">(V,B,D): the target network's projections, outside the gradient; null where the objective asks for none.</param>
public readonly record struct Projections(Tensor Online, Tensor? Target = null)
{
    /// <summary>The projections alone: all that most objectives need.</summary>
    public static implicit operator Projections(Tensor z) => new(z);
}

/// <summary>The value of an objective.</summary>
/// <param name="Total">(), to call <c>backward</c> on.</param>
/// <param name="Parts">Named terms before they are weighted, each (), outside the gradient. Reading one waits for the device.</param>
public sealed record ObjectiveValue(Tensor Total, IReadOnlyDictionary<string, Tensor> Parts)
{
    internal static ObjectiveValue Of(Tensor total, params ReadOnlySpan<(string Name, Tensor Value)> parts)
    {
        var named = new Dictionary<string, Tensor>(parts.Length);
        foreach (var (name, value) in parts) named[name] = value.detach().MoveToOuterDisposeScope();
        return new ObjectiveValue(total.MoveToOuterDisposeScope(), named);
    }
}
