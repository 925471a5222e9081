using PatchSsl.Core.Objectives;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using PatchSsl.Core.Training.Diagnostics;
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
