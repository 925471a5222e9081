using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Training;
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
        objective.Compute(z).Total.backward();
        const double h = 1e-6;
        foreach (var i in new long[] { 0, 17, 42, 59 })
        {
            double At(double change)
            {
                using var frozen = no_grad();
                var moved = z.detach().clone();
                moved.view(-1)[i] += change;
                return objective.Compute(moved).Total.item<double>();
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
        var good = objective.Compute(spread).Total.item<double>();
        Assert.True(good < objective.Compute(onePoint).Total.item<double>());
        Assert.True(good < objective.Compute(oneLine).Total.item<double>());
    }

    [Theory, MemberData(nameof(Names))]
    public void Order_of_views_images_and_dimensions_does_not_matter(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Create(name);
        var z = Random(4, 6, 5);
        var expected = objective.Compute(z).Total.item<double>();
        foreach (var (dim, order) in new (long, long[])[] { (0, [2, 0, 3, 1]), (1, [5, 3, 1, 0, 2, 4]), (2, [4, 0, 2, 1, 3]) })
            Assert.Equal(expected, objective.Compute(z.index_select(dim, tensor(order))).Total.item<double>(), 1e-9);
    }

    [Theory, MemberData(nameof(Names))]
    public void Float32_agrees_with_float64(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Create(name);
        var z = Random(5, 24, 48);
        var expected = objective.Compute(z).Total.item<double>();
        Assert.Equal(1, objective.Compute(z.to(float32)).Total.item<float>() / expected, 1e-5);
    }

    [Theory, MemberData(nameof(Names))]
    public void Wrong_shapes_are_refused_by_name(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var shape in new long[][] { [6, 5], [1, 6, 5], [2, 1, 5], [2, 2, 6, 5] })
            Assert.Contains("(V,B,D)", Assert.Throws<ArgumentException>(() => Create(name).Compute(zeros(shape, dtype: float64))).Message);
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

    [Fact]
    public void Vicreg_of_many_views_is_the_average_over_pairs()
    {
        using var scope = NewDisposeScope();
        var objective = new VicReg("vicreg", 25, 25, 1);
        var z = Random(4, 7, 5);
        var pairs = from a in Enumerable.Range(0, 4) from b in Enumerable.Range(a + 1, 3 - a) select stack([z[a], z[b]]);
        Assert.Equal(pairs.Average(pair => objective.Compute(pair).Total.item<double>()), objective.Compute(z).Total.item<double>(), 1e-9);
    }

    [Fact]
    public void A_name_not_in_the_catalogue_is_refused_with_the_choices()
    {
        var error = Assert.Throws<ArgumentException>(() => Create("nonesuch"));
        Assert.Contains("emp-ssl, bag-vicreg, vicreg", error.Message);
    }

    private static IObjective Create(string name) => ObjectiveCatalog.Create(new Recipe { Name = "test", Objective = name });

    private static Tensor Random(params long[] shape)
    {
        using var generator = new CounterRandom(7, "objective tests", shape.Sum()).Generator();
        return randn(shape, dtype: float64, generator: generator);
    }
}
