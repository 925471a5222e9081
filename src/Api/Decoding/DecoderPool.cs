using System.Collections.Concurrent;
using System.Diagnostics;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Decoding;

/// <summary>An uploaded image, decoded: upright 8-bit RGB. Disposing it gives its pixels back to the budget and their room to the next image.</summary>
public sealed class DecodedUpload(int width, int height, PixelRoom room, IDisposable pixels) : IDisposable
{
    public int Width => width;
    public int Height => height;

    /// <summary>Height × width × 3 bytes, until it is disposed.</summary>
    public ReadOnlyMemory<byte> Rgb => room.Bytes;

    public void Dispose()
    {
        room.Dispose();
        pixels.Dispose();
    }
}

/// <summary>Why an uploaded image cannot be used; the message is for its sender.</summary>
public sealed class UploadRejectedException(ImageFault fault, string message) : Exception(message)
{
    public ImageFault Fault => fault;
}

/// <summary>How the pool decodes.</summary>
/// <param name="Children">Decoder processes at most; each is started when first needed.</param>
/// <param name="Timeout">Longest time one image may take.</param>
/// <param name="PixelsInFlight">Decoded pixels in the server's memory at once.</param>
public sealed record DecoderPoolSettings(int Children, TimeSpan Timeout, long PixelsInFlight, ImportLimits Limits);

/// <summary>Decodes untrusted bytes in child processes. A child that hangs or dies costs its image an answer and is replaced.</summary>
public sealed partial class DecoderPool(DecoderPoolSettings settings, Func<ProcessStartInfo> child, TimeProvider time, ILogger<DecoderPool> log) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(settings.Children);
    private readonly ConcurrentBag<DecoderChild> _idle = [];
    private readonly PixelBudget _budget = new(settings.PixelsInFlight);
    private volatile bool _closed;

    /// <exception cref="UploadRejectedException">The bytes are no image that can be used.</exception>
    public async Task<DecodedUpload> DecodeAsync(ReadOnlyMemory<byte> data, int? longestSide, CancellationToken cancel)
    {
        await _slots.WaitAsync(cancel);
        DecoderChild? worker = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            worker = Take();
            var answer = await WithinAsync(worker, w => w.AskAsync(data, settings.Limits, longestSide), cancel);
            if (answer.Fault is { } fault)
            {
                Keep(ref worker);
                throw new UploadRejectedException(fault, answer.Sentence!);
            }

            var pixels = await _budget.AcquireAsync((long)answer.Width * answer.Height, cancel);
            try
            {
                // Room that a stopped read may still write to is not used again: only a whole image gives its room back.
                var room = await WithinAsync(worker, w => w.ReadPixelsAsync(answer.Width, answer.Height), cancel);
                Keep(ref worker);
                return new DecodedUpload(answer.Width, answer.Height, room, pixels);
            }
            catch
            {
                pixels.Dispose();
                throw;
            }
        }
        finally
        {
            worker?.Dispose(); // it stopped in the middle of an image: its pipe cannot be trusted any more
            _slots.Release();
        }
    }

    /// <summary>One exchange with a child. A pipe's read cannot be called off, so running out of time ends the child, and that ends the read.</summary>
    private async Task<T> WithinAsync<T>(DecoderChild worker, Func<DecoderChild, Task<T>> ask, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(settings.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        using var ending = stop.Token.Register(worker.Kill);
        try
        {
            return await ask(worker);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            cancel.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
            {
                LogTimeout(log, worker.Id, settings.Timeout.TotalSeconds);
                throw new UploadRejectedException(
                    ImageFault.Corrupt, $"Decoding took longer than {settings.Timeout.TotalSeconds:0.#} s and was given up.");
            }
            LogDied(log, worker.Id);
            throw new UploadRejectedException(ImageFault.Corrupt, "The decoder could not survive this image.");
        }
    }

    /// <summary>An idle child that is still alive, or a new one.</summary>
    private DecoderChild Take()
    {
        while (_idle.TryTake(out var idle))
        {
            if (idle.Alive) return idle;
            idle.Dispose();
        }
        return DecoderChild.Start(child(), line => LogChild(log, line));
    }

    private void Keep(ref DecoderChild? worker)
    {
        _idle.Add(worker!);
        worker = null;
        if (_closed) Dispose(); // the pool closed while this child was busy
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var idle)) idle.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Decoder: {Line}")]
    private static partial void LogChild(ILogger log, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Decoder {Pid} took longer than {Seconds} s over an image and was replaced.")]
    private static partial void LogTimeout(ILogger log, int pid, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Decoder {Pid} ended over an image and was replaced.")]
    private static partial void LogDied(ILogger log, int pid);
}
