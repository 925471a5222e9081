using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>What training minimises: a function of the projections of V views of B images.</summary>
public interface IObjective
{
    /// <summary>Its name in the catalogue.</summary>
    string Name { get; }

    /// <param name="z">(V,B,D) in float32 or float64, V ≥ 2, B ≥ 2.</param>
    /// <exception cref="ArgumentException">Another shape.</exception>
    ObjectiveValue Compute(Tensor z);
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

/// <summary>The order of views and images in a batch, in one place: row v·B + b is view v of image b.</summary>
public static class Views
{
    /// <summary>(V,B,…) → (V·B,…).</summary>
    public static Tensor Fold(Tensor x) => x.flatten(0, 1);

    /// <summary>(V·B,…) → (V,B,…).</summary>
    public static Tensor Unfold(Tensor x, long views) => x.unflatten(0, [views, x.shape[0] / views]);

    internal static void Check(Tensor z)
    {
        if (z.dim() != 3 || z.shape[0] < 2 || z.shape[1] < 2)
            throw new ArgumentException($"Projections must be (V,B,D) with V ≥ 2 and B ≥ 2, got ({string.Join(',', z.shape)}).", nameof(z));
    }
}
