using PatchSsl.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>The encoder: ResNet-18, 34 or 50 with torchvision's layout and parameter names, without the classifier.</summary>
internal sealed class ResNet : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm bn1;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;
    private readonly bool pools;
    private readonly ScalarType compute;

    public ResNet(ModelSpec spec, ComputePlan plan) : base(nameof(ResNet))
    {
        var (blocks, wide) = (Blocks(spec.Depth), IsWide(spec.Depth));
        long channels = spec.BaseChannels;
        compute = plan.Compute;
        pools = spec.Stem == Stem.ImageNet;
        conv1 = pools ? new Conv2d(3, channels, 7, 2, plan) : new Conv2d(3, channels, 3, 1, plan);
        bn1 = new BatchNorm(channels, plan);
        var input = channels;
        layer1 = Stage(ref input, channels, blocks[0], 1, wide, plan);
        layer2 = Stage(ref input, channels * 2, blocks[1], 2, wide, plan);
        layer3 = Stage(ref input, channels * 4, blocks[2], 2, wide, plan);
        layer4 = Stage(ref input, channels * 8, blocks[3], 2, wide, plan);
        RegisterComponents();
    }

    /// <summary>Blocks in each of the four stages.</summary>
    public static int[] Blocks(int depth) => depth == 18 ? [2, 2, 2, 2] : [3, 4, 6, 3];

    /// <summary>Whether the blocks are bottlenecks.</summary>
    public static bool IsWide(int depth) => depth == 50;

    /// <param name="images">(N,3,P,P), normalised, any floating type, any memory order.</param>
    /// <returns>(N,F) in the plan's compute type.</returns>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var x = ChannelsLast(images.to(compute));                                       // (N, 3, P, P)
        x = bn1.forward(conv1.forward(x)).relu_();                                      // (N, C, P, P)
        if (pools) x = nn.functional.max_pool2d(x, 3, stride: 2, padding: 1);           // (N, C, P/4, P/4)
        x = layer1.forward(x);
        x = layer2.forward(x);                                                          // (N, 2C, P/2, P/2)
        x = layer3.forward(x);                                                          // (N, 4C, P/4, P/4)
        x = layer4.forward(x);                                                          // (N, 8C, P/8, P/8)
        return x.mean([2, 3]).MoveToOuterDisposeScope();                                // (N, F)
    }

    private static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private static Sequential Stage(ref long input, long channels, int blocks, long stride, bool wide, ComputePlan plan)
    {
        var modules = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (var i = 0; i < blocks; i++)
        {
            var step = i == 0 ? stride : 1;
            modules.Add((i.ToString(), wide ? new Bottleneck(input, channels, step, plan) : new BasicBlock(input, channels, step, plan)));
            input = wide ? channels * Bottleneck.Expansion : channels;
        }
        return nn.Sequential(modules);
    }
}
