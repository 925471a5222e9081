using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Training;

namespace PatchSsl.Core.Tests.Training;

/// <summary>Looking at a model costs little, and changes nothing.</summary>
public sealed class TrainingWatchTests : IDisposable
{
    private readonly TrainingFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Training_is_the_same_bit_for_bit_however_often_it_is_looked_at()
    {
        var (_, blind) = TrainingFixture.Train(_fixture.Spec("blind", TrainingFixture.Recipe with { DiagnosticsEvery = 0, KnnEvery = 0 }));
        var (_, watched) = TrainingFixture.Train(_fixture.Spec("watched", TrainingFixture.Recipe with { DiagnosticsEvery = 1, KnnEvery = 1 }));
        // On a clock that runs, other steps are looked at than on one that stands.
        var (_, hurried) = TrainingFixture.Train(_fixture.Spec("hurried", TrainingFixture.Recipe with { DiagnosticsEvery = 1, KnnEvery = 2 }), time: TimeProvider.System);
        Assert.DoesNotContain("rankMe", blind.Values.Keys.Select(k => k.Name));
        Assert.Equal(12, watched.Values.Keys.Count(k => k.Name == "rankMe"));
        Assert.InRange(hurried.Values.Keys.Count(k => k.Name == "rankMe"), 2, 11);
        foreach (var seen in new[] { watched, hurried }) Assert.Equal(Losses(blind), Losses(seen));
        Assert.Equal(Tensors("blind"), Tensors("watched"));
        Assert.Equal(Tensors("blind"), Tensors("hurried"));

        static List<double> Losses(TrainingRecorder seen) => [.. seen.Values.Where(v => v.Key.Name == "loss").Select(v => v.Value)];
    }

    [Fact]
    public void A_measurement_waits_until_it_has_paid_for_itself()
    {
        // Steps take a second each, a measurement one as well: it is due every step, and 2 % of the time is one in fifty.
        var time = new FakeTimeProvider();
        var budget = new WatchBudget(.02, time);
        var taken = new List<int>();
        for (var step = 1; step <= 1_000; step++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            if (!budget.HasRoom) continue;
            budget.Take(() => time.Advance(TimeSpan.FromSeconds(1)));
            taken.Add(step);
        }
        Assert.Equal(1, taken[0]);
        Assert.Equal(99, taken[1]);                                                     // two seconds are 2 % of 100, one of which it took
        Assert.All(taken.Skip(1).Zip(taken.Skip(2)), p => Assert.Equal(49, p.Second - p.First));
        Assert.InRange(budget.Spent.TotalSeconds / (1_000 + budget.Spent.TotalSeconds), .015, .02);
        Assert.Equal(taken.Count, budget.Taken);
    }

    [Fact]
    public void A_cheap_measurement_is_taken_every_time()
    {
        var time = new FakeTimeProvider();
        var budget = new WatchBudget(.02, time);
        for (var step = 1; step <= 100; step++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(budget.HasRoom);
            budget.Take(() => time.Advance(TimeSpan.FromMilliseconds(10)));
        }
    }

    [Fact]
    public void A_dear_diagnostic_is_spaced_out_on_its_interval_and_says_so_and_the_last_step_is_measured()
    {
        // Readings of this clock are a second apart, so a measurement takes a second and so does about everything else.
        var recipe = TrainingFixture.Recipe with { DiagnosticsEvery = 2, KnnEvery = 3, MaxSteps = 13 };
        var (_, seen) = TrainingFixture.Train(_fixture.Spec("run", recipe), time: new SecondsByReading());
        Assert.Equal([2, 13], Steps("rankMe"));
        Assert.Equal([3, 13], Steps("knn"));
        Assert.Equal([2, 3, 13], Steps("diagnosticsShare"));
        Assert.Single(seen.Lines, l => l.StartsWith("Information: Diagnostics every 2 steps would take more than 1 % of the time (1.00 s each)", StringComparison.Ordinal));
        Assert.Single(seen.Lines, l => l.StartsWith("Information: Online kNN every 3 steps", StringComparison.Ordinal));
        var told = Assert.Single(seen.Lines, l => l.Contains("Watching took", StringComparison.Ordinal));
        Assert.Contains("Diagnostics 2 times, 2.0 s, Online kNN 2 times, 2.0 s", told);
        Assert.InRange(seen.Values[(13, "diagnosticsShare")], .01, .5);

        IEnumerable<long> Steps(string name) => seen.Values.Keys.Where(k => k.Name == name).Select(k => k.Step);
    }

    /// <summary>Every tensor of the last checkpoint.</summary>
    private string Tensors(string run)
    {
        using var reader = SafetensorsReader.Open(_fixture.Checkpoint(run, 12));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in reader.Entries.Keys.Order(StringComparer.Ordinal))
        {
            using var value = reader.Read(name);
            hash.AppendData(value.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class SecondsByReading : TimeProvider
    {
        private long _reading;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _reading++;
    }
}
