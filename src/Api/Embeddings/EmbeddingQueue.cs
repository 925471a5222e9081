using System.Diagnostics;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Embeddings;

/// <param name="Capacity">Patches admitted and not yet answered, over all callers.</param>
/// <param name="Models">Models kept loaded.</param>
public sealed record EmbeddingQueueSettings(int Capacity, int Models);

/// <summary>
/// Embeds the patches of all callers on one thread of its own, because models and libtorch's scopes belong to a thread.
/// </summary>
/// <remarks>
/// <code>
/// caller ── reserve(n patches) ──┐ full: refused at once, with a time to come back
///        ── embed(patches) ──────┤
/// caller ── …                    ▼
///                  waiting works ──► batch: the oldest work and every other of its model, as many as the encoder takes ──► answers
/// </code>
/// An idle loop takes whatever is there, at once: nothing waits for company. While it computes, the next batch gathers, so batches grow with the load.
/// </remarks>
public sealed partial class EmbeddingQueue(EmbeddingQueueSettings settings, Func<ModelFile, IPatchEncoder> load, ILogger<EmbeddingQueue> log) : IDisposable
{
    private readonly object _gate = new();
    private readonly LinkedList<EmbeddingWork> _waiting = [];
    private readonly HashSet<string> _forget = [];
    private readonly EmbeddingBatch _batch = new();
    private Thread? _loop;
    private int _reserved;
    private int _failures;
    private double _patchesPerSecond = 100;
    private bool _closed;

    public int Capacity => settings.Capacity;

    /// <summary>False once several batches in a row have failed: the device or the library is broken, not a request.</summary>
    public bool Healthy => Volatile.Read(ref _failures) < 3;

    /// <summary>Patches admitted and not yet answered.</summary>
    public int Pending => Volatile.Read(ref _reserved);

    /// <summary>Time until the work admitted so far should be done.</summary>
    public TimeSpan Backlog => TimeSpan.FromSeconds(Pending / Volatile.Read(ref _patchesPerSecond));

    /// <summary>Room for that many patches until the result is disposed; null when the queue is full.</summary>
    public IDisposable? TryReserve(int patches)
    {
        lock (_gate)
        {
            // A request that fits the capacity only by itself must still get through when nothing else is there.
            if (_reserved + patches > settings.Capacity) return null;
            _reserved += patches;
            return new Reservation(this, patches);
        }
    }

    /// <summary>
    /// Embeds patches; the result is row-major. The task ends only when their pixels are no longer read, also when it is cancelled.
    /// </summary>
    public async Task<float[]> EnqueueAsync(ModelFile model, VectorSpace space, IReadOnlyList<PatchSource> patches, CancellationToken cancel)
    {
        if (patches.Count == 0) return [];
        var work = new EmbeddingWork(model, space, patches);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_loop is null)
            {
                _loop = new Thread(Loop) { IsBackground = true, Name = "embedding" };
                _loop.Start();
            }
            _waiting.AddLast(work);
            Monitor.Pulse(_gate);
        }
        using var registration = cancel.Register(() => Cancel(work, cancel));
        return await work.Done.Task;
    }

    /// <summary>Unloads a model whose file is about to go.</summary>
    public void Forget(string modelId)
    {
        lock (_gate)
        {
            _forget.Add(modelId);
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
        _loop?.Join();
    }

    private void Cancel(EmbeddingWork work, CancellationToken cancel)
    {
        lock (_gate)
        {
            work.Cancelled = true;
            if (work.Taken > work.Finished || !_waiting.Remove(work)) return; // the loop is reading its pixels, and will answer
        }
        work.Done.TrySetCanceled(cancel);
    }

    private void Loop()
    {
        var models = new LoadedModels(settings.Models, load);
        try
        {
            while (Next(models, out var oldest)) if (oldest is not null) Serve(oldest, models);
        }
        catch (Exception fault)
        {
            // An exception that leaves a thread ends the process; this one ends embedding, and readiness says so.
            Volatile.Write(ref _failures, int.MaxValue / 2);
            LogEnded(log, fault);
        }
        finally
        {
            models.Dispose();
            lock (_gate)
            {
                _closed = true;
                foreach (var work in _waiting) work.Done.TrySetException(new ObjectDisposedException(nameof(EmbeddingQueue)));
                _waiting.Clear();
            }
        }
    }

    /// <summary>Waits for work, or for a model to be unloaded; false when the queue closes.</summary>
    private bool Next(LoadedModels models, out EmbeddingWork? oldest)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && _forget.Count == 0 && !_closed) Monitor.Wait(_gate);
            foreach (var id in _forget) models.Unload(id);
            _forget.Clear();
            oldest = _waiting.First?.Value;
            return !_closed;
        }
    }

    private void Serve(EmbeddingWork oldest, LoadedModels models)
    {
        try
        {
            var encoder = models.Get(oldest.Model);
            Gather(oldest, encoder.BatchSize);
            if (_batch.Count == 0) return; // called off while its model was loaded
            var started = Stopwatch.GetTimestamp();
            _batch.Compute(encoder, oldest.Space);
            var speed = _batch.Count / Math.Max(1e-6, Stopwatch.GetElapsedTime(started).TotalSeconds);
            Volatile.Write(ref _patchesPerSecond, 0.8 * _patchesPerSecond + 0.2 * speed);
            Volatile.Write(ref _failures, 0);
            foreach (var slice in _batch.Slices) Answer(slice);
        }
        catch (Exception fault)
        {
            // A model that does not load fails all that wait for it.
            if (_batch.Count == 0) Gather(oldest, int.MaxValue);
            Interlocked.Increment(ref _failures);
            LogFailed(log, fault, oldest.Model.Id, _batch.Count);
            lock (_gate)
            {
                foreach (var slice in _batch.Slices) _waiting.Remove(slice.Work);
            }
            foreach (var slice in _batch.Slices) slice.Work.Done.TrySetException(fault);
        }
        finally
        {
            _batch.Clear();
        }
    }

    /// <summary>Takes the works that can be computed together, in order of arrival.</summary>
    private void Gather(EmbeddingWork oldest, int room)
    {
        lock (_gate)
        {
            for (var node = _waiting.First; node is not null && room > 0;)
            {
                var (work, next) = (node.Value, node.Next);
                if (work.SharesBatchWith(oldest))
                {
                    var count = Math.Min(room, work.Patches.Count - work.Taken);
                    _batch.Add(work, count);
                    room -= count;
                    if (work.Taken == work.Patches.Count) _waiting.Remove(node);
                }
                node = next;
            }
        }
    }

    private void Answer(Slice slice)
    {
        var work = slice.Work;
        bool cancelled;
        lock (_gate)
        {
            work.Finished += slice.Count;
            cancelled = work.Cancelled;
            if (cancelled) _waiting.Remove(work);
        }
        if (cancelled) work.Done.TrySetCanceled();
        else if (work.Finished == work.Patches.Count) work.Done.TrySetResult(work.Vectors!);
    }

    private sealed class Reservation(EmbeddingQueue queue, int patches) : IDisposable
    {
        private int _patches = patches;

        public void Dispose()
        {
            var back = Interlocked.Exchange(ref _patches, 0);
            lock (queue._gate) queue._reserved -= back;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The embedding loop ended.")]
    private static partial void LogEnded(ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Embedding {Patches} patches with model {Model} failed.")]
    private static partial void LogFailed(ILogger log, Exception fault, string model, int patches);
}
