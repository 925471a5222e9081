using PatchSsl.Core.Explain.Map;
using PatchSsl.Core.Search;
using PatchSsl.Core.Tests.Search;

namespace PatchSsl.Core.Tests.Explain;

/// <summary>Axes against numpy.linalg.eigh of the covariance of the same rows, rounded to halves as the index keeps them.</summary>
public class PatchLayoutTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Six_values_give_the_axes_that_numpy_gives()
    {
        using var fixture = Drawn(50, 6);
        using var index = IndexFile.Open(fixture.Path);
        var map = PatchLayout.Make(index, 50, seed: 0, Cancel);
        Near([.3529067, .2752618, .1267838, .1131152, .0922884, .0396442], map.Explained, 2e-6);
        Near([.318333, -.255936, .477924, -.032234], map.Coordinates.Take(4).Select(c => c[0]), 1e-5);
        Near([.424553, -.108097, -.16712, -.450566], map.Coordinates.Take(4).Select(c => c[1]), 1e-5);
        Near([-.519563, .566825, .152098, -.251892], map.Coordinates.Take(4).Select(c => c[49]), 1e-5);
    }

    [Theory] // more values than the basis has vectors: it is found by rounds
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void Two_hundred_values_give_the_axes_that_numpy_gives(IndexStorage storage)
    {
        using var fixture = Drawn(400, 200, storage);
        using var index = IndexFile.Open(fixture.Path);
        var map = PatchLayout.Make(index, 1000, seed: 0, Cancel);
        Near([.1834762, .0855731, .0573855, .042767, .0336892, .0317104, .0264262, .0219106, .0204887, .0172983], map.Explained, 2e-6);
        Near([.062399, -.061683, .025654, -.084906], map.Coordinates.Take(4).Select(c => c[0]), 2e-5);
        Near([-.076625, .073206, -.027395, .072281], map.Coordinates.Take(4).Select(c => c[1]), 2e-5);
        Near([.044648, .14444, -.108822, .007534], map.Coordinates.Take(4).Select(c => c[399]), 2e-5);
    }

    [Fact]
    public void A_circle_lies_in_a_plane_and_keeps_its_distances()
    {
        var angles = Enumerable.Range(0, 90).Select(i => i * Math.PI / 45).ToArray();
        using var fixture = new IndexFixture(90, 40, 1, r => [.. Enumerable.Range(0, 40).Select(d => d == 3 ? (float)Math.Cos(angles[r]) : d == 17 ? (float)Math.Sin(angles[r]) : 0)]);
        using var index = IndexFile.Open(fixture.Path);
        var map = PatchLayout.Make(index, 90, seed: 0, Cancel);
        Near([.5, .5, 0], map.Explained.Take(3), 1e-3);
        for (var i = 0; i < 90; i++) Assert.Equal(1, Math.Sqrt(Math.Pow(map.Coordinates[0][i], 2) + Math.Pow(map.Coordinates[1][i], 2)), 2e-3);
    }

    [Fact]
    public void Rows_that_are_all_alike_lie_on_one_point()
    {
        using var fixture = new IndexFixture(5, 8, 4, _ => [1, 2, 3, 4, 5, 6, 7, 8]);
        using var index = IndexFile.Open(fixture.Path);
        var map = PatchLayout.Make(index, 20, seed: 0, Cancel);
        Assert.All(map.Explained, e => Assert.InRange(e, 0, 1));
        Assert.All(map.Coordinates, c => Assert.All(c, x => Assert.Equal(0, x, 1e-6)));
        Assert.Equal(20, map.Cluster(index, 10, seed: 0, Cancel).Length);
    }

    [Fact]
    public void A_sample_is_decided_by_the_seed_and_holds_no_row_twice()
    {
        using var fixture = Drawn(1200, 6);
        using var index = IndexFile.Open(fixture.Path);
        var map = PatchLayout.Make(index, 300, seed: 7, Cancel);
        Assert.Equal((1200, 300, 300), (map.Total, map.Rows.Count, map.Fitted));
        Assert.Equal(map.Rows.Distinct().Order(), map.Rows);
        Assert.All(map.Rows, r => Assert.InRange(r, 0, 1199));
        var again = PatchLayout.Make(index, 300, seed: 7, Cancel);
        Assert.Equal(map.Rows, again.Rows);
        Assert.Equal(map.Coordinates[0], again.Coordinates[0]);
        Assert.NotEqual(map.Rows, PatchLayout.Make(index, 300, seed: 8, Cancel).Rows);
        Assert.Equal(Enumerable.Range(0, 1200).Select(r => (long)r), PatchLayout.Make(index, 1200, seed: 7, Cancel).Rows);
    }

    [Fact]
    public void A_sample_is_drawn_evenly()
    {
        var hits = new int[50];
        for (var seed = 0; seed < 2000; seed++)
        {
            foreach (var row in MapSample.Of(50, 10, seed, "test")) hits[row]++;
        }
        Assert.All(hits, h => Assert.InRange(h, 320, 480)); // 400 ± 4.5 standard deviations of 18
    }

    [Fact]
    public void Separated_groups_are_found_and_the_largest_comes_first()
    {
        var random = new Random(2);
        int[] sizes = [40, 250, 110];
        var truth = sizes.SelectMany((size, group) => Enumerable.Repeat(group, size)).OrderBy(_ => random.Next()).ToArray();
        var centres = sizes.Select(_ => IndexFixture.Gaussian(random, 48)).ToArray();
        using var fixture = new IndexFixture(400, 48, 1, r => [.. centres[truth[r]].Zip(IndexFixture.Gaussian(random, 48), (c, noise) => c + .15f * noise)]);
        using var index = IndexFile.Open(fixture.Path);
        var map = PatchLayout.Make(index, 400, seed: 0, Cancel);
        for (var seed = 0; seed < 5; seed++)
        {
            var groups = map.Cluster(index, 3, seed, Cancel);
            Assert.Equal(truth.Select(t => t switch { 1 => 0, 2 => 1, _ => 2 }), groups);
        }
        Assert.Equal(map.Cluster(index, 7, 3, Cancel), map.Cluster(index, 7, 3, Cancel));
        Assert.Single(map.Cluster(index, 1, 0, Cancel).Distinct());
    }

    [Fact]
    public void It_stops_when_asked_to_and_refuses_what_it_cannot_draw()
    {
        using var fixture = Drawn(300, 6);
        using var index = IndexFile.Open(fixture.Path);
        Assert.ThrowsAny<OperationCanceledException>(() => PatchLayout.Make(index, 300, 0, new CancellationToken(canceled: true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => PatchLayout.Make(index, 0, 0, Cancel));
        Assert.Throws<ArgumentOutOfRangeException>(() => PatchLayout.Make(index, PatchLayout.MostPoints + 1, 0, Cancel));
    }

    [Fact]
    public void Eigenvectors_of_a_small_matrix_are_those_worked_out_by_hand()
    {
        var (values, vectors) = SymmetricEigen.Of(new double[,] { { 2, 1, 0 }, { 1, 2, 0 }, { 0, 0, 5 } });
        Assert.Equal([5, 3, 1], values.Select(v => Math.Round(v, 12)));
        Assert.Equal(1, Math.Abs(vectors[0][2]), 1e-12);
        Assert.Equal(vectors[1][0], vectors[1][1], 1e-12);
        Assert.Equal(vectors[2][0], -vectors[2][1], 1e-12);
    }

    /// <summary>Rows of a linear congruential generator, the d-th value with a spread of 1/√(1+d) about 0.3: the script that made the expected numbers draws the same.</summary>
    private static IndexFixture Drawn(int rows, int dim, IndexStorage storage = IndexStorage.F16)
    {
        var state = 12345L;
        return new IndexFixture(rows, dim, 1, _ => [.. Enumerable.Range(0, dim).Select(d =>
        {
            state = (state * 1103515245 + 12345) % (1L << 31);
            return (float)((state / (double)(1L << 31) * 2 - 1) / Math.Sqrt(1 + d) + .3);
        })], storage);
    }

    private static void Near<T>(IEnumerable<double> expected, IEnumerable<T> actual, double tolerance) where T : IConvertible
    {
        var (wanted, got) = (expected.ToArray(), actual.Select(a => a.ToDouble(null)).ToArray());
        Assert.Equal(wanted.Length, got.Length);
        for (var i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], got[i], tolerance);
    }
}
