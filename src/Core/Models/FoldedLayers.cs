using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>A convolution or linear layer with the norm behind it as one: with stored statistics a norm is a line, so it folds into weight and bias.</summary>
/// <remarks>
/// <c>s = γ / √(var + ε)</c>; <c>W' = s·W</c>; <c>b' = β − s·mean</c>. Folded in float64, rounded once to the type it computes in, so nothing is cast
/// as it runs.
/// </remarks>
internal sealed class FoldedLayer : IDisposable
{
    private readonly Tensor _weight;                                                     // (out, in, k, k) channels-last, or (out, in)
    private readonly Tensor? _bias;                                                      // (out)
    private readonly long[] _stride;
    private readonly long[] _padding;

    private FoldedLayer(Tensor weight, Tensor? bias, long stride)
    {
        (_weight, _bias) = (weight, bias);
        _stride = [stride, stride];
        var kernel = weight.dim() == 4 ? weight.shape[2] : 1;
        _padding = [kernel / 2, kernel / 2];
    }

    /// <param name="state">Of the model, by state name.</param>
    /// <param name="layer">State name of the convolution or linear layer.</param>
    /// <param name="norm">State name of the norm behind it; null for none.</param>
    public static FoldedLayer Of(IReadOnlyDictionary<string, Tensor> state, string layer, string? norm, ComputePlan plan, long stride = 1)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var weight = state[$"{layer}.weight"].to(ScalarType.Float64);
        if (norm is null) return new FoldedLayer(Rounded(weight), null, stride);
        var scale = Exact("weight") / (Exact("running_var") + BatchNorm.Epsilon).sqrt();                                  // (out)
        var bias = Exact("bias") - (scale * Exact("running_mean"));                                                       // (out)
        long[] rows = weight.dim() == 4 ? [-1, 1, 1, 1] : [-1, 1];
        return new FoldedLayer(Rounded(weight * scale.view(rows)), Rounded(bias), stride);

        Tensor Exact(string name) => state[$"{norm}.{name}"].to(ScalarType.Float64);

        Tensor Rounded(Tensor exact)
        {
            var x = exact.to(plan.Compute);
            x = x.dim() == 4 ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : x.contiguous();
            return (ReferenceEquals(x, exact) ? x.alias() : x).DetachFromDisposeScope();
        }
    }

    public Tensor Convolve(Tensor x) => nn.functional.conv2d(x, _weight, _bias, _stride, _padding);     // (N, in, H, W) → (N, out, H/s, W/s)

    public Tensor Multiply(Tensor x) => nn.functional.linear(x, _weight, _bias);                      // (N, in) → (N, out)

    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}

/// <summary>A residual block of two (<see cref="BasicBlock"/>) or three (<see cref="Bottleneck"/>) convolutions.</summary>
internal sealed class FoldedBlock(FoldedLayer[] convolutions, FoldedLayer? around) : IDisposable
{
    /// <param name="name">State name of the block.</param>
    public static FoldedBlock Of(IReadOnlyDictionary<string, Tensor> state, string name, bool wide, long stride, ComputePlan plan)
    {
        // Bottlenecks stride on their 3×3, the second of three.
        var strides = wide ? new[] { 1, stride, 1 } : [stride, 1];
        return new FoldedBlock(
            [.. strides.Select((step, i) => FoldedLayer.Of(state, $"{name}.conv{i + 1}", $"{name}.bn{i + 1}", plan, step))],
            state.ContainsKey($"{name}.downsample.0.weight") ? FoldedLayer.Of(state, $"{name}.downsample.0", $"{name}.downsample.1", plan, stride) : null);
    }

    public Tensor Forward(Tensor x)                                                     // (N, in, H, W)
    {
        using var scope = NewDisposeScope();
        var y = x;
        foreach (var convolution in convolutions.AsSpan(0, convolutions.Length - 1)) y = convolution.Convolve(y).relu_();
        y = convolutions[^1].Convolve(y);                                               // (N, out, H/s, W/s)
        return y.add_(around is null ? x : around.Convolve(x)).relu_().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var convolution in convolutions) convolution.Dispose();
        around?.Dispose();
    }
}
