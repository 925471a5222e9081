using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace PatchSsl.Core.Runtime;

/// <summary>Computes on a thread of its own, with one libtorch thread, and leaves the number of threads of all others as it is.</summary>
/// <remarks>For work of small tensors, where a second core costs more in waiting than it takes over, in a process that does other work beside it.</remarks>
internal static class OwnThread
{
    private static readonly Lock Gate = new();

    /// <summary>Waits for the result; what the work throws is thrown here.</summary>
    public static T Run<T>(Func<T> work)
    {
        var result = default(T)!;
        Await(() =>
        {
            ComputeAlone();
            result = work();
        });
        return result;
    }

    /// <summary>The number of threads is kept for each thread, but a new one takes the number set last: another thread sets it back at once.</summary>
    private static void ComputeAlone()
    {
        lock (Gate)
        {
            var everyones = get_num_threads();
            set_num_threads(1);
            Await(() => set_num_threads(everyones));
        }
    }

    private static void Await(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = "own" };
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
