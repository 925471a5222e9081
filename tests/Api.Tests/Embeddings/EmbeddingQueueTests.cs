using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using PatchSsl.Api.Embeddings;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Tests.Embeddings;

public sealed class EmbeddingQueueTests : IDisposable
{
    private static readonly ModelFile ModelA = new("ck_a", "a");
    private static readonly ModelFile ModelB = new("ck_b", "b");

    private readonly FakeEncoders _encoders = new();
    private readonly EmbeddingQueue _queue;
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public EmbeddingQueueTests() =>
        _queue = new EmbeddingQueue(new EmbeddingQueueSettings(100, 1), _encoders.Load, NullLogger<EmbeddingQueue>.Instance);

    public void Dispose()
    {
        _encoders.Go.Set();
        _queue.Dispose();
    }

    [Fact]
    public async Task Callers_waiting_together_share_a_batch_and_get_their_own_vectors()
    {
        var first = EmbedAsync(ModelA, 1);
        await _encoders.Entered.WaitAsync(Cancel);
        Task<float[]>[] others = [EmbedAsync(ModelA, 2, 3), EmbedAsync(ModelA, 4), EmbedAsync(ModelA, 5, 6, 7)];
        _encoders.Go.Set();

        Same([1f, -1f], await first);
        Same([2f, -2f, 3f, -3f], await others[0]);
        Same([4f, -4f], await others[1]);
        Same([5f, -5f, 6f, -6f, 7f, -7f], await others[2]);
        Assert.Equal([1, 6], _encoders.Batches);
    }

    [Fact]
    public async Task An_idle_queue_computes_a_single_work_at_once()
    {
        _encoders.Go.Set();
        for (byte value = 1; value <= 3; value++) Same([value, -value], await EmbedAsync(ModelA, value));
        Assert.Equal([1, 1, 1], _encoders.Batches);
    }

    [Fact]
    public async Task A_batch_costs_the_loop_little_more_than_its_vectors()
    {
        const int Patches = 16, Dim = 64, Works = 64;
        var encoder = new Measuring(Dim, 2 * Works);
        using var queue = new EmbeddingQueue(new EmbeddingQueueSettings(100, 1), _ => encoder, NullLogger<EmbeddingQueue>.Instance);
        PatchSource[] patches = [.. Enumerable.Range(0, Patches).Select(i => Patch((byte)i))];
        for (var i = 0; i < 2 * Works; i++) await queue.EnqueueAsync(ModelA, VectorSpace.Embedding, patches, Cancel);
        Assert.InRange((encoder.Allocated[^1] - encoder.Allocated[Works - 1]) / Works, Patches * Dim * sizeof(float), (Patches * Dim * sizeof(float)) + 1024);
    }

    [Fact]
    public async Task A_large_request_is_cut_into_batches_and_put_together_again()
    {
        _encoders.Go.Set();
        var values = Enumerable.Range(1, 40).Select(i => (byte)i).ToArray();

        var vectors = await EmbedAsync(ModelA, values);

        Assert.Equal(values.SelectMany(v => new float[] { v, -v }), vectors);
        Assert.Equal([16, 16, 8], _encoders.Batches);
    }

    [Fact]
    public async Task Models_take_turns_in_order_of_arrival_and_only_the_limit_stays_loaded()
    {
        var first = EmbedAsync(ModelA, 1);
        await _encoders.Entered.WaitAsync(Cancel);
        var second = EmbedAsync(ModelB, 2);
        var third = EmbedAsync(ModelA, 3);
        _encoders.Go.Set();
        await Task.WhenAll(first, second, third);

        Assert.Equal(["load ck_a", "unload ck_a", "load ck_b", "unload ck_b", "load ck_a"], _encoders.Loads);
    }

    [Fact]
    public async Task A_forgotten_model_is_loaded_again()
    {
        _encoders.Go.Set();
        await EmbedAsync(ModelA, 1);
        _queue.Forget(ModelA.Id);
        await EmbedAsync(ModelA, 2);
        Assert.Equal(["load ck_a", "unload ck_a", "load ck_a"], _encoders.Loads);
    }

    [Fact]
    public void A_full_queue_refuses_at_once_and_has_room_again_later()
    {
        var held = _queue.TryReserve(90);
        Assert.NotNull(held);
        Assert.Null(_queue.TryReserve(11));
        Assert.True(_queue.Backlog > TimeSpan.Zero);
        held.Dispose();
        held.Dispose();
        Assert.Equal(0, _queue.Pending);
        Assert.NotNull(_queue.TryReserve(100));
    }

    [Fact]
    public async Task Cancelled_work_that_waits_is_never_computed()
    {
        var first = EmbedAsync(ModelA, 1);
        await _encoders.Entered.WaitAsync(Cancel);
        using var stop = new CancellationTokenSource();
        var waiting = _queue.EnqueueAsync(ModelA, VectorSpace.Embedding, [Patch(2)], stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _encoders.Go.Set();
        await first;
        await EmbedAsync(ModelA, 3);
        Assert.Equal([1, 1], _encoders.Batches);
    }

    [Fact]
    public async Task Cancelled_work_in_computation_ends_only_after_its_pixels_were_read()
    {
        using var stop = new CancellationTokenSource();
        var running = _queue.EnqueueAsync(ModelA, VectorSpace.Embedding, [Patch(1)], stop.Token);
        await _encoders.Entered.WaitAsync(Cancel);
        await stop.CancelAsync();
        Assert.False(running.IsCompleted);
        _encoders.Go.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_failing_batch_fails_its_own_work_and_many_in_a_row_are_reported()
    {
        _encoders.Go.Set();
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<InvalidOperationException>(() => EmbedAsync(ModelA, FakeEncoders.Poison));
        Assert.False(_queue.Healthy);
        Same([9f, -9f], await EmbedAsync(ModelA, 9));
        Assert.True(_queue.Healthy);
    }

    private Task<float[]> EmbedAsync(ModelFile model, params byte[] values) =>
        _queue.EnqueueAsync(model, VectorSpace.Embedding, [.. values.Select(Patch)], Cancel);

    private static void Same(float[] expected, float[] actual) => Assert.Equal(expected, actual);

    /// <summary>A patch that stands for a number by its place.</summary>
    private static PatchSource Patch(byte value) => new(new byte[256 * 3], 256, 1, new PatchBox(value, 0, 1, 1));

    /// <summary>Notes how many bytes its thread has allocated whenever it is asked.</summary>
    private sealed class Measuring(int dim, int times) : IPatchEncoder
    {
        private int _asked;

        public long[] Allocated { get; } = new long[times];
        public int BatchSize => 16;
        public int Dim(VectorSpace space) => dim;
        public void Embed(IReadOnlyList<PatchSource> patches, VectorSpace space, Span<float> vectors) => Allocated[_asked++] = GC.GetAllocatedBytesForCurrentThread();
        public void Dispose() { }
    }

    /// <summary>Encoders that answer (v, -v) for a patch of value v, and wait for a sign before the first answer.</summary>
    private sealed class FakeEncoders
    {
        public const byte Poison = 255;
        public ManualResetEventSlim Go { get; } = new();
        public SemaphoreSlim Entered { get; } = new(0);
        public ConcurrentQueue<int> Batches { get; } = [];
        public ConcurrentQueue<string> Loads { get; } = [];

        public IPatchEncoder Load(ModelFile model)
        {
            Loads.Enqueue($"load {model.Id}");
            return new Fake(this, model.Id);
        }

        private sealed class Fake(FakeEncoders all, string id) : IPatchEncoder
        {
            public int BatchSize => 16;

            public int Dim(VectorSpace space) => 2;

            public void Embed(IReadOnlyList<PatchSource> patches, VectorSpace space, Span<float> vectors)
            {
                all.Batches.Enqueue(patches.Count);
                all.Entered.Release();
                all.Go.Wait();
                var values = patches.Select(p => (byte)p.Box.X).ToArray();
                if (values.Contains(Poison)) throw new InvalidOperationException("poison");
                for (var i = 0; i < values.Length; i++) (vectors[2 * i], vectors[(2 * i) + 1]) = (values[i], -values[i]);
            }

            public void Dispose() => all.Loads.Enqueue($"unload {id}");
        }
    }
}
