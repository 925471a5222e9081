using PatchSsl.Core.Models;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Models;

public sealed class CompanionsTests
{
    private static readonly CompanionSpec Both = new(PredictorHidden: 12, HasTarget: true);

    [Fact]
    public void Without_companions_the_projections_are_the_models_own()
    {
        using var scope = NewDisposeScope();
        using var model = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 5);
        using var none = Companions.Create(CompanionSpec.None, model, 5);
        var z = model.Forward(TinyRun.Patches(0)).Projection;
        var views = none.Project(TinyRun.Patches(0), z, 2);
        Assert.Equal([2L, 4L, 8L], views.Online.shape);
        Assert.Equal(0, ReferenceValues.Difference(views.Online.flatten(0, 1), z));
        Assert.Null(views.Target);
        Assert.Empty(none.State());
        Assert.Empty(none.Parameters());
        none.Follow(.5);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_target_starts_as_the_model_takes_batch_statistics_and_has_no_gradient(ScalarType compute)
    {
        using var scope = NewDisposeScope();
        using var model = SslModel.Create(TinyRun.Spec, new ComputePlan(CPU, compute), 5);
        using var companions = Companions.Create(Both, model, 5);
        var z = model.Forward(TinyRun.Patches(0)).Projection;
        var views = companions.Project(TinyRun.Patches(0), z, 2);

        // The same weights on the same batch, normalised by its statistics: the same numbers.
        Assert.Equal(0, ReferenceValues.Difference(views.Target!.flatten(0, 1), z));
        Assert.False(views.Target.requires_grad);
        Assert.Equal(ScalarType.Float32, views.Online.dtype);
        Assert.Equal(views.Target.shape, views.Online.shape);

        (views.Online.sum() + views.Target.sum()).backward();
        var state = companions.State().ToDictionary(s => s.Name, s => s.Value);
        Assert.NotNull(state["predictor.0.weight"].grad);
        Assert.All(state.Where(s => s.Key.StartsWith("target.")), s => Assert.True(s.Value.grad is null && !s.Value.requires_grad, s.Key));
        // It keeps averages of its own.
        Assert.Equal(1, state["target.bn1.num_batches_tracked"].item<long>());
    }

    [Fact]
    public void Following_moves_weights_by_the_momentum_and_leaves_statistics_alone()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 5);
        using var companions = Companions.Create(Both, model, 5);
        var target = companions.State().Where(s => s.Name.StartsWith("target.")).ToDictionary(s => s.Name["target.".Length..], s => s.Value);
        var before = target.ToDictionary(s => s.Key, s => s.Value.clone());
        foreach (var (_, value) in model.State().Where(s => s.Value.is_floating_point())) value.add_(1);

        companions.Follow(.75);

        var weights = model.Parameters().Select(p => p.Name).ToHashSet();
        foreach (var (name, value) in target)
            Assert.True(ReferenceValues.Difference(value, weights.Contains(name) ? before[name] + .25 : before[name]) < 1e-6, name);
        companions.Follow(1);
        Assert.True(ReferenceValues.Difference(target["conv1.weight"], before["conv1.weight"] + .25) < 1e-6);
        companions.Follow(0);
        Assert.Equal(0, ReferenceValues.Difference(target["conv1.weight"], before["conv1.weight"] + 1));
    }

    [Fact]
    public void First_values_of_a_predictor_depend_on_the_seed_alone()
    {
        using var model = SslModel.Create(TinyRun.Spec, ComputePlan.Float32(), 5);
        using var a = Companions.Create(Both, model, 5);
        using var b = Companions.Create(Both, model, 5);
        using var c = Companions.Create(Both, model, 6);
        Assert.Equal(["predictor.0.weight", "predictor.1.weight", "predictor.1.bias", "predictor.3.weight"], a.Parameters().Select(p => p.Name));
        Assert.Equal(0, ReferenceValues.Difference(a.Parameters()[0].Parameter, b.Parameters()[0].Parameter));
        Assert.NotEqual(0, ReferenceValues.Difference(a.Parameters()[0].Parameter, c.Parameters()[0].Parameter));
    }
}
