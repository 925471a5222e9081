using PatchSsl.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>Two 3×3 convolutions around an identity: ResNet-18 and 34.</summary>
internal sealed class BasicBlock : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm bn2;
    private readonly Sequential? downsample;

    public BasicBlock(long input, long channels, long stride, ComputePlan plan) : base(nameof(BasicBlock))
    {
        conv1 = new Conv2d(input, channels, 3, stride, plan);
        bn1 = new BatchNorm(channels, plan);
        conv2 = new Conv2d(channels, channels, 3, 1, plan);
        bn2 = new BatchNorm(channels, plan);
        downsample = Downsample.Make(input, channels, stride, plan);
        RegisterComponents();
    }

    // Scoped a block, not a model: without it the wrappers would keep every activation alive until the end of the step, also those that
    // autograd has let go of, and an inference would hold the whole network's.
    public override Tensor forward(Tensor x)                                            // (N, in, H, W)
    {
        using var scope = NewDisposeScope();
        var y = bn1.forward(conv1.forward(x)).relu_();                                  // (N, C, H/s, W/s)
        y = bn2.forward(conv2.forward(y));
        return y.add_(downsample is null ? x : downsample.forward(x)).relu_().MoveToOuterDisposeScope();
    }
}

/// <summary>1×1, 3×3 and 1×1 convolutions around an identity, four times as wide at the end: ResNet-50 (stride on the 3×3, as in torchvision).</summary>
internal sealed class Bottleneck : nn.Module<Tensor, Tensor>
{
    public const int Expansion = 4;

    private readonly Conv2d conv1;
    private readonly BatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm bn2;
    private readonly Conv2d conv3;
    private readonly BatchNorm bn3;
    private readonly Sequential? downsample;

    public Bottleneck(long input, long channels, long stride, ComputePlan plan) : base(nameof(Bottleneck))
    {
        conv1 = new Conv2d(input, channels, 1, 1, plan);
        bn1 = new BatchNorm(channels, plan);
        conv2 = new Conv2d(channels, channels, 3, stride, plan);
        bn2 = new BatchNorm(channels, plan);
        conv3 = new Conv2d(channels, channels * Expansion, 1, 1, plan);
        bn3 = new BatchNorm(channels * Expansion, plan);
        downsample = Downsample.Make(input, channels * Expansion, stride, plan);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)                                            // (N, in, H, W)
    {
        using var scope = NewDisposeScope();
        var y = bn1.forward(conv1.forward(x)).relu_();                                  // (N, C, H, W)
        y = bn2.forward(conv2.forward(y)).relu_();                                      // (N, C, H/s, W/s)
        y = bn3.forward(conv3.forward(y));                                              // (N, 4C, H/s, W/s)
        return y.add_(downsample is null ? x : downsample.forward(x)).relu_().MoveToOuterDisposeScope();
    }
}

/// <summary>The path around a block that changes the shape: 1×1 convolution and norm.</summary>
internal static class Downsample
{
    public static Sequential? Make(long input, long output, long stride, ComputePlan plan) =>
        stride == 1 && input == output
            ? null
            : nn.Sequential(("0", new Conv2d(input, output, 1, stride, plan)), ("1", new BatchNorm(output, plan)));
}
