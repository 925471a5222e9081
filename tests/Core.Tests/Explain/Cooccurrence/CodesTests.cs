using PatchSsl.Core.Explain.Cooccurrence;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Tests.Embedding;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Explain.Cooccurrence;

/// <summary>Whitening and k-means against numpy and scipy, on points that a formula gives.</summary>
public sealed class CodesTests : IDisposable
{
    private readonly IDisposable _scope;

    public CodesTests()
    {
        TestModel.Runtime();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Whitening_agrees_with_numpy()
    {
        var x = Points(12, 4);
        var white = Whitening.Fit(x, epsilon: .1).Apply(x);                             // (12, 4)
        Assert.Equal([.012808195, .375110517, -.511609322, 1.763046073], Rounded(white[0]));
        Assert.Equal([-.043049286, -.846037993, -.541865913, -.21560416], Rounded(white[7]));
    }

    [Fact]
    public void Whitened_patches_are_uncorrelated_and_a_pixel_that_never_changes_does_no_harm()
    {
        using var generator = new Core.Runtime.CounterRandom(1, "test", 0).Generator();
        var x = cat([randn(500, 3, float64, generator: generator).mm(tensor(new double[,] { { 1, 2, 0 }, { 0, 1, 5 }, { 0, 0, 1 } })), full([500, 1], 7.0, float64)], 1);
        var white = Whitening.Fit(x, epsilon: 1e-9).Apply(x);                           // (500, 4)
        var covariance = white.t().mm(white) / 499;
        var expected = diag(tensor(new double[] { 1, 1, 1, 0 }));
        Assert.InRange((covariance - expected).abs().max().item<double>(), 0, 1e-5);
    }

    [Fact]
    public void K_means_ends_where_scipy_does()
    {
        var x = Points(200, 3);
        var (centres, fit) = KMeans.Fit(x, 6, seed: 3, iterations: 100, TestContext.Current.CancellationToken);
        // scipy.cluster.vq.kmeans2, 200 starts of k-means++: .867 to .894.
        Assert.InRange(fit.ExplainedVariance, .8673, .8940);
        Assert.True(fit.Converged);

        // Converged means that every centre is the mean of the points nearest to it.
        var (codes, distances) = KMeans.Assign(x, centres);
        for (var k = 0; k < 6; k++) Assert.InRange((x[codes == k].mean([0]) - centres[k]).abs().max().item<double>(), 0, 1e-12);
        var all = (x.unsqueeze(1) - centres.unsqueeze(0)).square().sum(2).min(1);       // (200, 6) → (200)
        Assert.Equal(all.indexes.data<long>().ToArray(), codes.data<long>().ToArray());
        Assert.InRange((all.values - distances).abs().max().item<double>(), 0, 1e-12);
    }

    [Fact]
    public void An_empty_centre_moves_to_the_farthest_point()
    {
        var x = tensor(new double[,] { { 0 }, { 1 }, { 10 }, { 11 }, { 30 } });
        var (centres, fit) = KMeans.Improve(x, tensor(new double[,] { { .5 }, { 12 }, { -900 } }), 20, TestContext.Current.CancellationToken);
        Assert.Equal([.5, 10.5, 30], centres.flatten().data<double>().ToArray());
        Assert.Equal((1, true), (fit.Reseeded, fit.Converged));
    }

    [Fact]
    public void Fewer_contents_than_codes_are_told()
    {
        var x = tensor(new double[,] { { 1, 2 }, { 3, 4 }, { 1, 2 }, { 5, 6 }, { 3, 4 } });
        var failure = Assert.Throws<JobFailedException>(() => KMeans.Fit(x, 4, 1, 10, TestContext.Current.CancellationToken));
        Assert.Contains("only 3 different contents", failure.Message);
        Assert.Equal(1, KMeans.Fit(x, 3, 1, 10, TestContext.Current.CancellationToken).Fit.ExplainedVariance, 12);
    }

    private static Tensor Points(int n, int d)
    {
        var x = new double[n, d];
        for (var i = 0; i < n; i++) for (var j = 0; j < d; j++) x[i, j] = Math.Sin(1 + (3 * i) + (7 * j * j)) + (i % 3 * .5 * Math.Cos(j));
        return tensor(x);
    }

    private static double[] Rounded(Tensor row) => [.. row.data<double>().ToArray().Select(v => Math.Round(v, 9))];
}
