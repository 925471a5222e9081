using PatchSsl.Core.Models;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Training.Optimisers;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Models;

/// <summary>A narrow model, its optimiser and a fixed batch a step: training without images.</summary>
internal sealed class TinyRun : IDisposable
{
    private const int Views = 2, Images = 4;

    private readonly IObjective objective;

    public TinyRun(ComputePlan plan, long seed = 3, IObjective? objective = null)
    {
        this.objective = objective ?? new EmpSsl(200, 1, 0.2);
        Model = SslModel.Create(Spec, plan, seed);
        Lars = new Lars(Model.Parameters(), new LarsOptions());
    }

    public static ModelSpec Spec { get; } = new() { Width = 0.125, ProjectorHidden = 16, ProjectionDim = 8, InputSize = 16 };

    public SslModel Model { get; }

    public Lars Lars { get; }

    public static Tensor Patches(long step)
    {
        using var generator = new CounterRandom(1, "patches", step).Generator();
        return randn(Views * Images, 3, 16, 16, generator: generator);
    }

    /// <summary>Steps from one number up to another; returns the last loss.</summary>
    public double Steps(long from, long to)
    {
        var loss = double.NaN;
        for (var step = from; step < to; step++)
        {
            using var scope = NewDisposeScope();
            var output = Model.Forward(Patches(step));
            var value = objective.Compute(Core.Objectives.Views.Unfold(output.Projection, Views));
            value.Total.backward();
            Lars.Step(0.1);
            Lars.ZeroGrad();
            loss = value.Total.item<float>();
        }
        return loss;
    }

    public IEnumerable<(string Name, Tensor Value)> State() => Model.State().Concat(Lars.State);

    public void Dispose()
    {
        Lars.Dispose();
        Model.Dispose();
    }
}
