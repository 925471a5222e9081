using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Runtime;

public sealed class CounterRandomTests
{
    [Fact]
    public void Values_are_pinned()
    {
        // Computed from the description in Python. Resuming a run of an earlier version depends on them.
        Assert.Equal(0xFB530E13CA5C4034UL, CounterRandom.Key(0, "", 0));
        var random = new CounterRandom(42, "sampling", 7);
        Assert.Equal([0x447E6CCA161C1521UL, 0xA8740F94DA711C0CUL, 0xCC7093DA679808EUL], [random.NextUInt64(), random.NextUInt64(), random.NextUInt64()]);
    }

    [Fact]
    public void Seeds_streams_and_steps_share_no_draw()
    {
        var seen = new HashSet<ulong>();
        var triples = 0;
        foreach (var seed in new long[] { 0, 1, -1, long.MaxValue, long.MinValue })
            foreach (var stream in new[] { "sampling", "augmentation", "shuffle", "a", "b" })
                for (var step = 0L; step < 200; step++, triples++)
                {
                    var random = new CounterRandom(seed, stream, step);
                    for (var i = 0; i < 4; i++) seen.Add(random.NextUInt64());
                }
        Assert.Equal(triples * 4, seen.Count);
    }

    [Fact]
    public void Neighbouring_steps_are_uncorrelated()
    {
        const int n = 20_000;
        double sum = 0, squares = 0, products = 0;
        var before = new CounterRandom(3, "x", 0).NextDouble() - 0.5;
        for (var step = 1; step <= n; step++)
        {
            var now = new CounterRandom(3, "x", step).NextDouble() - 0.5;
            (sum, squares, products, before) = (sum + now, squares + (now * now), products + (now * before), now);
        }
        Assert.Equal(0, sum / n, 0.01);                                                 // five standard errors
        Assert.Equal(1.0 / 12, squares / n, 0.003);
        Assert.Equal(0, products / n, 0.003);
    }

    [Fact]
    public void Draws_keep_their_ranges()
    {
        var random = new CounterRandom(1, "ranges", 0);
        var counts = new int[5];
        for (var i = 0; i < 5000; i++)
        {
            counts[random.NextInt(5)]++;
            Assert.InRange(random.NextDouble(-2, 3), -2, 3);
        }
        Assert.All(counts, c => Assert.InRange(c, 850, 1150));
        Span<float> values = stackalloc float[1000];
        random.Fill(values);
        foreach (var value in values) Assert.True(value is >= 0 and < 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt(0));
    }

    [Fact]
    public void Shuffle_keeps_the_values_and_repeats()
    {
        int[] first = [.. Enumerable.Range(0, 50)], second = [.. first];
        new CounterRandom(9, "shuffle", 4).Shuffle<int>(first);
        new CounterRandom(9, "shuffle", 4).Shuffle<int>(second);
        Assert.Equal(first, second);
        Assert.NotEqual(Enumerable.Range(0, 50), first);
        Assert.Equal(Enumerable.Range(0, 50), first.Order());
    }

    [Fact]
    public void Generators_repeat_and_differ_by_step()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, ReferenceValues.Difference(Draw(5), Draw(5)));
        Assert.NotEqual(0, ReferenceValues.Difference(Draw(5), Draw(6)));

        static Tensor Draw(long step)
        {
            using var generator = new CounterRandom(11, "noise", step).Generator();
            return rand(64, generator: generator);
        }
    }
}
