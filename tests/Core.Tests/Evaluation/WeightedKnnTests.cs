using PatchSsl.Core.Measures;

namespace PatchSsl.Core.Tests.Evaluation;

public class WeightedKnnTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(300, 130, 24, 200, .1)]
    [InlineData(257, 65, 7, 20, .07)]
    [InlineData(5, 3, 33, 200, .1)]
    [InlineData(40, 1, 1, 1, 1e-6)]
    public void Agrees_with_the_formula_in_float64(int bankRows, int queryRows, int dim, int k, double temperature)
    {
        var random = new Random(bankRows + dim);
        var (bank, bankLabels) = Vectors(random, bankRows, dim, classes: 4);
        var (queries, queryLabels) = Vectors(random, queryRows, dim, classes: 4);

        var expected = Enumerable.Range(0, queryRows).Average(q => Vote(bank, bankLabels, queries.AsSpan(q * dim, dim), k, temperature) == queryLabels[q] ? 1.0 : 0);

        Assert.Equal(expected, WeightedKnn.Accuracy(bank, bankLabels, queries, queryLabels, k, temperature, Cancel), 1e-9);
    }

    [Fact]
    public void A_close_neighbour_outweighs_two_far_ones()
    {
        float[] bank = [1, 0, .6f, .8f, .6f, -.8f];
        Assert.Equal(1, WeightedKnn.Accuracy(bank, new[] { 0, 1, 1 }, new float[] { 1, 0 }, new[] { 0 }, 3, .1, Cancel));
        Assert.Equal(0, WeightedKnn.Accuracy(bank, new[] { 0, 1, 1 }, new float[] { 1, 0 }, new[] { 0 }, 3, 10, Cancel));
    }

    [Fact]
    public void Several_settings_are_measured_as_each_alone()
    {
        var random = new Random(7);
        var (bank, bankLabels) = Vectors(random, 500, 16, classes: 6);
        var (queries, queryLabels) = Vectors(random, 90, 16, classes: 6);

        var together = WeightedKnn.Accuracies(bank, bankLabels, queries, queryLabels, [(200, .1), (20, .07)], Cancel);

        Assert.Equal(WeightedKnn.Accuracy(bank, bankLabels, queries, queryLabels, 200, .1, Cancel), together[0]);
        Assert.Equal(WeightedKnn.Accuracy(bank, bankLabels, queries, queryLabels, 20, .07, Cancel), together[1]);
    }

    [Fact]
    public void Shapes_and_settings_are_checked()
    {
        var two = new float[] { 1, 0, 0, 1 };
        Assert.Throws<ArgumentException>(() => WeightedKnn.Accuracy(two, new[] { 0, 1, 0 }, two, new[] { 0, 1 }, 1, .1, Cancel));
        Assert.Throws<ArgumentException>(() => WeightedKnn.Accuracy(two, new[] { 0, -1 }, two, new[] { 0, 1 }, 1, .1, Cancel));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedKnn.Accuracy(two, new[] { 0, 1 }, two, new[] { 0, 1 }, 0, .1, Cancel));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedKnn.Accuracy(two, new[] { 0, 1 }, two, new[] { 0, 1 }, 1, double.NaN, Cancel));
    }

    private static (float[] Rows, int[] Labels) Vectors(Random random, int count, int dim, int classes)
    {
        var rows = new float[count * dim];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(classes);
            var row = rows.AsSpan(i * dim, dim);
            for (var d = 0; d < dim; d++) row[d] = (d % classes == labels[i] ? .6f : 0) + (float)(random.NextDouble() - .5);
            var norm = MathF.Sqrt(row.ToArray().Sum(x => x * x));
            for (var d = 0; d < dim; d++) row[d] /= norm;
        }
        return (rows, labels);
    }

    private static int Vote(float[] bank, int[] labels, ReadOnlySpan<float> query, int k, double temperature)
    {
        var dim = query.Length;
        var similarities = new double[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            for (var d = 0; d < dim; d++) similarities[i] += (double)bank[i * dim + d] * query[d];
        }
        var nearest = Enumerable.Range(0, labels.Length).OrderByDescending(i => similarities[i]).Take(k).ToArray();
        return nearest.GroupBy(i => labels[i]).Select(g => (Class: g.Key, Weight: g.Sum(i => Math.Exp((similarities[i] - similarities[nearest[0]]) / temperature))))
            .OrderByDescending(v => v.Weight).ThenBy(v => v.Class).First().Class;
    }
}
