using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>First values of the weights, each drawn from the run's seed and the tensor's own name: independent of the order of building.</summary>
internal static class Initialisation
{
    public static void Apply(nn.Module root, string prefix, long seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, module) in root.named_modules())
        {
            var weight = module switch { Conv2d conv => conv.Weight, Linear linear => linear.Weight, _ => null };
            if (weight is null) continue;
            using var generator = new CounterRandom(seed, $"initialise {prefix}{name}.weight", 0).Generator();
            var draw = empty(weight.shape, ScalarType.Float32);                         // on the CPU: the same weights on every device
            if (module is Conv2d) draw.normal_(0, FanOutDeviation(weight.shape), generator);
            else draw.uniform_(-FanInBound(weight.shape), FanInBound(weight.shape), generator);
            weight.copy_(draw);
        }
    }

    // kaiming_normal_(mode="fan_out", nonlinearity="relu"), as torchvision.
    private static double FanOutDeviation(long[] shape) => Math.Sqrt(2.0 / (shape[0] * shape[2] * shape[3]));

    // kaiming_uniform_(a=√5), the default of PyTorch's linear layer.
    private static double FanInBound(long[] shape) => 1 / Math.Sqrt(shape[1]);
}
