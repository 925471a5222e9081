using PatchSsl.Core.Objectives;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Objectives;

/// <summary>What must hold of every objective in the catalogue, whatever its formula.</summary>
public sealed class ObjectivePropertyTests
{
    public static TheoryData<string> Names => [.. ObjectiveCatalog.Names];

    [Theory, MemberData(nameof(Names))]
    public void Gradient_matches_finite_differences(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Create(name);
        var z = Random(3, 5, 4).requires_grad_();
        var target = 0.5 * Random(3, 5, 4).flip(2);
        Value(objective, z, target).backward();
        const double h = 1e-6;
        foreach (var i in new long[] { 0, 17, 42, 59 })
        {
            double At(double change)
            {
                using var frozen = no_grad();
                var moved = z.detach().clone();
                moved.view(-1)[i] += change;
                return Value(objective, moved, target).item<double>();
            }
            Assert.Equal((At(h) - At(-h)) / (2 * h), z.grad!.view(-1)[i].item<double>(), 1e-5);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_collapsed_batch_is_worse_than_a_spread_one(string name)
    {
        using var scope = NewDisposeScope();
        var spread = Random(1, 32, 8).expand(4, 32, 8) + (0.05 * Random(4, 32, 8));     // images apart, their views together
        var onePoint = ones(4, 32, 8, dtype: float64) + (1e-4 * Random(4, 32, 8));
        var oneLine = Random(1, 32, 1).expand(4, 32, 8) + (1e-4 * Random(4, 32, 8));
        var objective = Create(name);
        // Where there is a target network it is a spread one: a loss of agreement alone, as byol's, is at its best where both have collapsed.
        var target = spread + (0.05 * Random(4, 32, 8).flip(0));
        var good = Value(objective, spread, target).item<double>();
        Assert.True(good < Value(objective, onePoint, target).item<double>());
        Assert.True(good < Value(objective, oneLine, target).item<double>());
    }

    [Theory, MemberData(nameof(Names))]
    public void Order_of_views_images_and_dimensions_does_not_matter(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Create(name);
        var (z, target) = (Random(4, 6, 5), Random(4, 6, 5).flip(1));
        var expected = Value(objective, z, target).item<double>();
        foreach (var (dim, order) in new (long, long[])[] { (0, [2, 0, 3, 1]), (1, [5, 3, 1, 0, 2, 4]), (2, [4, 0, 2, 1, 3]) })
        {
            var permuted = Value(objective, z.index_select(dim, tensor(order)), target.index_select(dim, tensor(order)));
            Assert.Equal(expected, permuted.item<double>(), 1e-9);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Float32_agrees_with_float64(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Create(name);
        var (z, target) = (Random(5, 24, 48), Random(5, 24, 48).flip(1));
        var expected = Value(objective, z, target).item<double>();
        Assert.Equal(1, Value(objective, z.to(float32), target.to(float32)).item<float>() / expected, 1e-5);
    }

    [Theory, MemberData(nameof(Names))]
    public void Wrong_shapes_are_refused_by_name(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var shape in new long[][] { [6, 5], [1, 6, 5], [2, 1, 5], [2, 2, 6, 5] })
            Assert.Contains("(V,B,D)", Assert.Throws<ArgumentException>(() => Value(Create(name), zeros(shape), zeros(shape))).Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void Without_the_target_it_asks_for_or_with_another_shape_it_is_refused(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Create(name);
        if (!objective.Companions.HasTarget) return;
        Assert.Contains("got none", Assert.Throws<ArgumentException>(() => objective.Compute(Random(2, 3, 4))).Message);
        var error = Assert.Throws<ArgumentException>(() => objective.Compute(new Projections(Random(2, 3, 4), Random(2, 3, 5))));
        Assert.Contains("got (2,3,5)", error.Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void No_gradient_flows_into_a_target(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Create(name);
        var (z, target) = (Random(3, 5, 4).requires_grad_(), Random(3, 5, 4).flip(1).requires_grad_());
        Value(objective, z, target).backward();
        Assert.NotEqual(0, z.grad!.abs().max().item<double>());
        Assert.True(target.grad is null || target.grad.abs().max().item<double>() == 0);
    }

    [Theory, MemberData(nameof(Names))]
    public void Parts_are_single_numbers_outside_the_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var value = Create(name).Compute(new Projections(Random(2, 6, 5).requires_grad_(), Random(2, 6, 5).flip(1)));
        Assert.NotEmpty(value.Parts);
        Assert.Empty(value.Total.shape);
        Assert.All(value.Parts.Values, part => Assert.True(part.shape.Length == 0 && !part.requires_grad));
    }

    [Fact]
    public void Coding_rate_is_the_same_by_images_and_by_dimensions()
    {
        using var scope = NewDisposeScope();
        foreach (var (images, dim) in new[] { (6, 11), (11, 6), (8, 8) })
        {
            var z = EmpSsl.Unit(Random(3, images, dim));
            var difference = EmpSsl.CodingRate(z, 0.2, byImages: true) - EmpSsl.CodingRate(z, 0.2, byImages: false);
            Assert.True(difference.abs().max().item<double>() < 1e-9);
            Assert.True(EmpSsl.CodingRate(z, 0.2).min().item<double>() > 0);
        }
    }

    [Fact]
    public void Covariance_is_the_same_by_images_and_by_dimensions()
    {
        using var scope = NewDisposeScope();
        foreach (var (images, dim) in new[] { (6, 11), (11, 6), (8, 8) })
        {
            var z = Random(3, images, dim);
            Assert.Equal(VicReg.CovarianceByDimensions(z).item<double>(), VicReg.CovarianceByImages(z).item<double>(), 1e-9);
        }
    }

    public static TheoryData<string> OverPairs => [.. ObjectiveCatalog.Names.Except(["emp-ssl"])];   // which takes the mean of all views

    [Theory, MemberData(nameof(OverPairs))]
    public void Many_views_are_the_average_over_pairs(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Create(name);
        foreach (var (images, dim) in new[] { (7, 5), (3, 40), (40, 3) })
        {
            var (z, target) = (Random(4, images, dim), Random(4, images, dim).flip(1));
            var pairs = from a in Enumerable.Range(0, 4) from b in Enumerable.Range(a + 1, 3 - a) select (a, b);
            var average = pairs.Average(p => Value(objective, stack([z[p.a], z[p.b]]), stack([target[p.a], target[p.b]])).item<double>());
            Assert.Equal(1, Value(objective, z, target).item<double>() / average, 1e-9);
        }
    }

    [Fact]
    public void Bag_vicreg_is_vicreg()
    {
        using var scope = NewDisposeScope();
        var z = Random(4, 7, 5);
        Assert.Equal(Create("vicreg").Compute(z).Total.item<double>(), Create("bag-vicreg").Compute(z).Total.item<double>());
    }

    [Fact]
    public void A_name_not_in_the_catalogue_is_refused_with_the_choices()
    {
        var error = Assert.Throws<ArgumentException>(() => Create("nonesuch"));
        Assert.Contains(string.Join(", ", ObjectiveCatalog.Names), error.Message);
    }

    private static IObjective Create(string name) => ObjectiveCatalog.Create(new Recipe { Name = "test", Objective = name });

    private static Tensor Value(IObjective objective, Tensor z, Tensor target) =>
        objective.Compute(new Projections(z, objective.Companions.HasTarget ? target : null)).Total;

    private static Tensor Random(params long[] shape)
    {
        using var generator = new CounterRandom(7, "objective tests", shape.Sum()).Generator();
        return randn(shape, dtype: float64, generator: generator);
    }
}
