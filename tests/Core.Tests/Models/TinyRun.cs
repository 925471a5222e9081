using PatchSsl.Core.Models;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Models;

/// <summary>A narrow model, its optimiser and a fixed batch a step: training without images.</summary>
internal sealed class TinyRun : IDisposable
{
    private const int Views = 2, Images = 4;

    private readonly IObjective _objective;

    private readonly double _rate;

    /// <param name="objective">Of the catalogue, with its default settings and a predictor as narrow as the projector.</param>
    public TinyRun(ComputePlan plan, long seed = 3, string objective = "emp-ssl", double rate = .1)
    {
        _rate = rate;
        _objective = ObjectiveCatalog.Create(new Recipe { Name = "tiny", Objective = objective, ProjectorHidden = Spec.ProjectorHidden });
        Model = SslModel.Create(Spec, plan, seed);
        Companions = Companions.Create(_objective.Companions, Model, seed);
        Lars = new Lars([.. Model.Parameters(), .. Companions.Parameters()], new LarsOptions());
    }

    public static ModelSpec Spec { get; } = new() { Width = 0.125, ProjectorHidden = 16, ProjectionDim = 8, InputSize = 16 };

    public SslModel Model { get; }

    public Companions Companions { get; }

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
            var patches = Patches(step);
            var value = _objective.Compute(Companions.Project(patches, Model.Forward(patches).Projection, Views));
            value.Total.backward();
            Lars.Step(_rate);
            Lars.ZeroGrad();
            Companions.Follow(0.9);
            loss = value.Total.item<float>();
        }
        return loss;
    }

    public IEnumerable<(string Name, Tensor Value)> State() => Model.State().Concat(Companions.State()).Concat(Lars.State);

    public void Dispose()
    {
        Lars.Dispose();
        Companions.Dispose();
        Model.Dispose();
    }
}
