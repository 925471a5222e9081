using PatchSsl.Core.Measures;
using PatchSsl.Core.Models;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Training;

public sealed class CollapseMeasuresTests
{
    [Fact]
    public void RankMe_and_std_match_the_reference_values()
    {
        using var scope = NewDisposeScope();
        var entry = ReferenceValues.Entry("metrics");
        var x = entry.Tensor("embeddings");
        Assert.Equal(entry.Number("rankme"), CollapseMeasures.RankMe(x), 1e-9);
        Assert.Equal(entry.Number("std_of_normalised"), CollapseMeasures.Std(x), 1e-9);
    }

    [Fact]
    public void The_spectrum_matches_the_reference_values()
    {
        using var scope = NewDisposeScope();
        var entry = ReferenceValues.Entry("metrics");
        var expected = entry.GetProperty("covariance_eigenvalues").EnumerateArray().Select(e => e.GetDouble()).ToArray();
        var x = entry.Tensor("embeddings");
        var all = CollapseMeasures.CovarianceEigenvalues(x)!;
        Assert.Equal(expected.Length, all.Length);
        Assert.All(expected.Zip(all), p => Assert.Equal(p.First, p.Second, 1e-9));

        var spectrum = FeatureSpectrum.Of(VectorSpace.Projection, x)!;
        Assert.Equal((10, 40), (spectrum.Dimensions, spectrum.Samples));
        Assert.Equal(entry.Number("rankme"), spectrum.RankMe, 1e-9);
        Assert.Equal(Enumerable.Range(1, 10), spectrum.Ranks);
        Assert.Equal(all, spectrum.Eigenvalues);
    }

    [Fact]
    public void Fewer_rows_than_dimensions_have_the_covariances_eigenvalues_as_well()
    {
        using var scope = NewDisposeScope();
        using var generator = new CounterRandom(1, "test", 0).Generator();
        var x = randn([6, 20], ScalarType.Float64, generator: generator) + 3;
        var centred = x - x.mean([0], keepdim: true);
        var direct = linalg.eigvalsh(centred.t().mm(centred) / 5).data<double>().ToArray().Reverse().ToArray();
        var ours = CollapseMeasures.CovarianceEigenvalues(x)!;
        Assert.Equal(5, ours.Length);
        Assert.All(ours.Zip(direct), p => Assert.Equal(p.Second, p.First, 1e-9));
        Assert.All(direct[5..], e => Assert.Equal(0, e, 1e-9));
        // The total variance is theirs.
        Assert.Equal(x.var(dimensions: [0], unbiased: true).sum().item<double>(), ours.Sum(), 1e-9);
    }

    [Fact]
    public void The_spectrum_of_known_variances_is_these()
    {
        using var scope = NewDisposeScope();
        // Rows ±a along each axis: variances 2a²/(n - 1), and no covariance.
        var axes = diag(tensor(new[] { 1.0, 5, 3 }));
        var ours = CollapseMeasures.CovarianceEigenvalues(cat([axes, -axes]))!;
        Assert.All(new[] { 50 / 5.0, 18 / 5.0, 2 / 5.0 }.Zip(ours), p => Assert.Equal(p.First, p.Second, 1e-12));
        Assert.All(CollapseMeasures.CovarianceEigenvalues(ones(8, 4))!, e => Assert.Equal(0, e));
        Assert.Null(CollapseMeasures.CovarianceEigenvalues(full([4, 4], float.PositiveInfinity)));
        Assert.Null(FeatureSpectrum.Of(VectorSpace.Embedding, full([4, 4], float.NaN)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(255)]
    [InlineData(16_384)]
    public void A_long_spectrum_is_kept_at_few_ranks(int count)
    {
        var ranks = FeatureSpectrum.LogSpaced(count);
        Assert.InRange(ranks.Length, Math.Min(count, 64), FeatureSpectrum.MostRanks);
        Assert.Equal((1, count), (ranks[0], ranks[^1]));
        Assert.Equal(ranks.Distinct().Order(), ranks);
        if (count <= FeatureSpectrum.MostRanks) Assert.Equal(count, ranks.Length);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    public void Std_of_evenly_spread_vectors_is_one_over_the_root_of_their_dimensions(int dim)
    {
        using var scope = NewDisposeScope();
        // ± every axis: mean 0 and 1/D mean square in each dimension, over n - 1.
        var x = cat([eye(dim, dtype: ScalarType.Float64), -eye(dim, dtype: ScalarType.Float64)]);
        Assert.Equal(Math.Sqrt(2.0 / ((2 * dim) - 1)), CollapseMeasures.Std(x), 1e-12);
        Assert.Equal(1 / Math.Sqrt(dim), CollapseMeasures.Std(x), .02);
        // The scale of the vectors is none of its business, nor of the others'.
        Assert.Equal(CollapseMeasures.Std(x), CollapseMeasures.Std(x * 7), 1e-12);
        Assert.Equal(CollapseMeasures.CodingRateFill(x, .2), CollapseMeasures.CodingRateFill(x * 7, .2), 1e-12);
        Assert.Equal(CollapseMeasures.Uniformity(x), CollapseMeasures.Uniformity(x * 7), 1e-12);
    }

    [Fact]
    public void Coding_rate_fill_of_half_the_dimensions_is_its_closed_form()
    {
        using var scope = NewDisposeScope();
        // Each of 4 of 8 axes 4 times: n 16, D 8, ZᵀZ is 4 on half of the diagonal.
        var x = eye(8, dtype: ScalarType.Float64).narrow(0, 0, 4).repeat(4, 1);
        var rate = .5 * 4 * Math.Log(1 + (8 / (16 * .2) * 4));
        var ceiling = .5 * 8 * Math.Log(1 + (8 / (8 * .2)));
        Assert.Equal(rate / ceiling, CollapseMeasures.CodingRateFill(x, .2), 1e-12);
    }

    [Fact]
    public void Alignment_and_uniformity_of_opposite_points_are_their_extremes()
    {
        using var scope = NewDisposeScope();
        var two = tensor(new[] { 1.0, 0, -1, 0 }, 2, 2);
        Assert.Equal(4, CollapseMeasures.Alignment(two.unsqueeze(0)), 1e-12);
        Assert.Equal(-8, CollapseMeasures.Uniformity(two), 1e-12);
        Assert.Equal(0, CollapseMeasures.Uniformity(ones(5, 3)), 1e-12);
    }

    [Fact]
    public void RankMe_counts_equally_strong_directions()
    {
        using var scope = NewDisposeScope();
        // Orthogonal rows of one length in k of 12 dimensions: k equal singular values.
        foreach (var k in new[] { 1, 3, 12 })
        {
            var x = eye(12, dtype: ScalarType.Float64).narrow(0, 0, k).repeat(2, 1);
            Assert.Equal(k, CollapseMeasures.RankMe(x), 1e-3);
        }
    }

    [Fact]
    public void A_spread_set_fills_the_space_and_a_collapsed_one_does_not()
    {
        using var scope = NewDisposeScope();
        var spread = eye(16, dtype: ScalarType.Float64);
        var point = ones(16, 16, dtype: ScalarType.Float64);
        Assert.Equal(1, CollapseMeasures.CodingRateFill(spread, .2), 1e-9);
        Assert.InRange(CollapseMeasures.CodingRateFill(point, .2), 0, .2);
        Assert.Equal(16, CollapseMeasures.RankMe(spread), .01);
        Assert.Equal(1, CollapseMeasures.RankMe(point), .01);
        Assert.Equal(0, CollapseMeasures.Std(point), 1e-9);
        Assert.Equal(0, CollapseMeasures.RankMe(zeros(4, 4)));
        Assert.True(double.IsNaN(CollapseMeasures.RankMe(full([4, 4], float.NaN))));
    }

    [Fact]
    public void The_ceiling_of_the_coding_rate_is_the_published_one()
    {
        using var scope = NewDisposeScope();
        // 100 orthogonal rows of 1,024 dimensions: 197.8 in [E]'s logs.
        var rows = eye(1024, dtype: ScalarType.Float64).narrow(0, 0, 100);
        Assert.Equal(197.8, EmpSsl.CodingRate(rows.unsqueeze(0), .2).item<double>(), .1);
        Assert.Equal(1, CollapseMeasures.CodingRateFill(rows, .2), 1e-9);
    }

    [Fact]
    public void Alignment_and_uniformity_are_their_definitions()
    {
        using var scope = NewDisposeScope();
        using var generator = new CounterRandom(1, "test", 0).Generator();
        var x = randn([6, 3, 5], ScalarType.Float64, generator: generator);              // (B, V, D)
        var unit = x / x.norm(2, keepdim: true, p: 2);
        var (alignment, uniformity) = (new List<double>(), new List<double>());
        for (var a = 0; a < 18; a++)
        {
            for (var b = 0; b < 18; b++)
            {
                if (a == b) continue;
                var distance = (unit[a / 3, a % 3] - unit[b / 3, b % 3]).pow(2).sum().item<double>();
                uniformity.Add(Math.Exp(-2 * distance));
                if (a / 3 == b / 3) alignment.Add(distance);
            }
        }
        Assert.Equal(alignment.Average(), CollapseMeasures.Alignment(x), 1e-9);
        Assert.Equal(Math.Log(uniformity.Average()), CollapseMeasures.Uniformity(x.flatten(0, 1)), 1e-9);
        Assert.Equal(0, CollapseMeasures.Alignment(ones(2, 3, 4)), 1e-9);
    }
}
