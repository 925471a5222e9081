using PatchSsl.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Models;

/// <summary>Convolution without bias: weights in the plan's master type, channels-last, cast to the compute type as it runs.</summary>
internal sealed class Conv2d : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;                                                  // (out, in, k, k)
    private readonly ScalarType compute;
    private readonly long[] stride;
    private readonly long[] padding;

    public Conv2d(long input, long output, long kernel, long stride, ComputePlan plan) : base(nameof(Conv2d))
    {
        compute = plan.Compute;
        this.stride = [stride, stride];
        padding = [kernel / 2, kernel / 2];
        weight = State.Parameter(() => zeros([output, kernel, kernel, input], plan.Master, plan.Device).permute(0, 3, 1, 2));
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public override Tensor forward(Tensor x)                                            // (N, in, H, W)
    {
        using var cast = weight.to(compute);
        return nn.functional.conv2d(x, cast, null, stride, padding);                    // (N, out, H/s, W/s)
    }
}

/// <summary>Linear layer without bias: a norm follows it, or the objective does not want one.</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;                                                  // (out, in)
    private readonly ScalarType compute;

    public Linear(long input, long output, ComputePlan plan) : base(nameof(Linear))
    {
        compute = plan.Compute;
        weight = State.Parameter(() => zeros([output, input], plan.Master, plan.Device));
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public override Tensor forward(Tensor x)                                            // (N, in)
    {
        using var cast = weight.to(compute);
        return nn.functional.linear(x, cast);                                           // (N, out)
    }
}

/// <summary>Batch norm over (N,C) or (N,C,H,W): parameters and statistics in the master type whatever the type of its input.</summary>
internal sealed class BatchNorm : nn.Module<Tensor, Tensor>
{
    public const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly Parameter weight;                                                  // (C)
    private readonly Parameter bias;                                                    // (C)
    private readonly Tensor running_mean;                                               // (C)
    private readonly Tensor running_var;                                                // (C)
    private readonly Tensor num_batches_tracked;                                        // ()

    public BatchNorm(long channels, ComputePlan plan) : base(nameof(BatchNorm))
    {
        weight = State.Parameter(() => ones(channels, plan.Master, plan.Device));
        bias = State.Parameter(() => zeros(channels, plan.Master, plan.Device));
        running_mean = State.Buffer(() => zeros(channels, plan.Master, plan.Device));
        running_var = State.Buffer(() => ones(channels, plan.Master, plan.Device));
        num_batches_tracked = State.Buffer(() => zeros([], ScalarType.Int64, plan.Device));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        if (training) num_batches_tracked.add_(1); // returns the buffer itself: disposing of it would end the count
        return nn.functional.batch_norm(x, running_mean, running_var, weight, bias, training, Momentum, Epsilon);
    }
}

/// <summary>Makes tensors that outlive whatever dispose scope is open where a module is built.</summary>
internal static class State
{
    public static Parameter Parameter(Func<Tensor> make)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(make(), requires_grad: true);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    public static Tensor Buffer(Func<Tensor> make)
    {
        using var scope = NewDisposeScope();
        return make().DetachFromDisposeScope();
    }
}
