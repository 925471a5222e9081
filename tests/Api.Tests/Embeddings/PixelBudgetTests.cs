using PatchSsl.Api.Decoding;

namespace PatchSsl.Api.Tests.Embeddings;

public sealed class PixelBudgetTests
{
    private readonly PixelBudget _budget = new(100);

    [Fact]
    public async Task Pixels_beyond_the_budget_wait_their_turn()
    {
        var cancel = TestContext.Current.CancellationToken;
        var first = await _budget.AcquireAsync(60, cancel);
        var second = _budget.AcquireAsync(60, cancel);
        var small = _budget.AcquireAsync(10, cancel);
        Assert.False(second.IsCompleted);
        Assert.False(small.IsCompleted, "a small image must not overtake a large one for ever");
        first.Dispose();
        (await second).Dispose();
        (await small).Dispose();
    }

    [Fact]
    public async Task An_image_larger_than_the_budget_gets_all_of_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        var huge = await _budget.AcquireAsync(1_000, cancel);
        var next = _budget.AcquireAsync(1, cancel);
        Assert.False(next.IsCompleted);
        huge.Dispose();
        huge.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task One_that_gives_up_lets_the_next_through()
    {
        using var held = await _budget.AcquireAsync(60, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var waiting = _budget.AcquireAsync(60, stop.Token);
        var small = _budget.AcquireAsync(10, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        (await small).Dispose();
    }
}
