using System.Diagnostics;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Decoding;

/// <summary>One decoder process; asked one image at a time.</summary>
internal sealed class DecoderChild : IDisposable
{
    private readonly Process _process;

    private DecoderChild(Process process)
    {
        _process = process;
        Id = process.Id;
    }

    public int Id { get; }

    public bool Alive => !_process.HasExited;

    public static DecoderChild Start(ProcessStartInfo how, Action<string> log)
    {
        how.RedirectStandardInput = how.RedirectStandardOutput = how.RedirectStandardError = true;
        how.UseShellExecute = false;
        var process = Process.Start(how) ?? throw new InvalidOperationException("The decoder process did not start.");
        process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrEmpty(line.Data)) log(line.Data);
        };
        process.BeginErrorReadLine();
        return new DecoderChild(process);
    }

    /// <summary>Sends an image and reads the head of the answer.</summary>
    public async Task<DecodeProtocol.Answer> AskAsync(ReadOnlyMemory<byte> data, ImportLimits limits, int? longestSide)
    {
        await DecodeProtocol.AskAsync(_process.StandardInput.BaseStream, data, limits, longestSide);
        return await DecodeProtocol.ReadAnswerAsync(_process.StandardOutput.BaseStream, limits);
    }

    public async Task<PixelRoom> ReadPixelsAsync(int width, int height)
    {
        // A read that is stopped may still write to its room, so only a whole image ever gives it back.
        var room = new PixelRoom(width, height);
        await _process.StandardOutput.BaseStream.ReadExactlyAsync(room.Bytes);
        return room;
    }

    /// <summary>Ends the process at once: it holds nothing worth keeping.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, or was disposed, already.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
