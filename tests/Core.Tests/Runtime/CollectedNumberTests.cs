using PatchSsl.Core.Tests.Embedding;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Runtime;

/// <summary>Numbers handed to libtorch live as long as the call that reads them, whatever the collector does meanwhile.</summary>
public sealed class CollectedNumberTests
{
    private const int Calls = 40_000;

    /// <summary>The next test meets the fault by chance, in about three runs of four; this one tells for certain that the build has cured it.</summary>
    [Fact]
    public void The_build_has_made_numbers_outlive_their_calls() =>
        Assert.NotNull(typeof(TorchSharp.torch).Assembly.GetType("NumbersAreKeptAlive"));

    [Fact]
    public async Task Sums_are_right_while_another_thread_collects_all_the_time()
    {
        TestModel.Runtime();
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var (sum, one) = (zeros(1), ones(1));
            for (var call = 0; call < Calls; call++)
            {
                // add_ makes the number 1 for itself, by which it multiplies what it adds; the others are given theirs.
                sum.add_(one);
                one.mul_(1.0);
                using var product = one * 2.0;
                using var power = one.pow(2);
            }
            Assert.Equal(Calls, sum.item<float>());
        }
        finally
        {
            await stop.CancelAsync();
            await collecting;
        }
    }
}
