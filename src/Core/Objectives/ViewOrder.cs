using static TorchSharp.torch;

namespace PatchSsl.Core.Objectives;

/// <summary>The order of views and images in a batch, in one place: row v·B + b is view v of image b.</summary>
public static class ViewOrder
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
