using System.Runtime.ExceptionServices;
using PatchSsl.Core.Checkpoints;
using static TorchSharp.torch;

namespace PatchSsl.Core.Training;

/// <summary>A checkpoint on its way to the disk, on a thread of its own.</summary>
/// <remarks>Everything it tells is for the thread that started it: a write reports to nobody, and its failure is thrown where it is asked for.</remarks>
internal sealed class CheckpointWrite
{
    private readonly Thread _thread;
    private SavedFile? _saved;
    private ExceptionDispatchInfo? _failure;

    /// <param name="state">Left alone by all others until the write is done.</param>
    public CheckpointWrite(string path, IReadOnlyList<(string Name, Tensor Value)> state, CheckpointInfo info)
    {
        Info = info;
        _thread = new Thread(() => Write(path, state)) { IsBackground = true, Name = "checkpoint" };
        _thread.Start();
    }

    public CheckpointInfo Info { get; }

    /// <summary>True once the file is durable, or will never be.</summary>
    /// <param name="wait">Until then.</param>
    public bool IsDone(bool wait)
    {
        if (!wait) return _thread.Join(TimeSpan.Zero);
        _thread.Join();
        return true;
    }

    /// <summary>The file, of a write that is done.</summary>
    /// <exception cref="IOException">It could not be made durable.</exception>
    public SavedFile Saved
    {
        get
        {
            _failure?.Throw();
            return _saved!;
        }
    }

    private void Write(string path, IReadOnlyList<(string Name, Tensor Value)> state)
    {
        try
        {
            _saved = CheckpointFile.Write(path, state, Info);
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }
}
