using System.Runtime.InteropServices;
using System.Text.Json;
using PatchSsl.Api.Jobs;
using PatchSsl.Core.Files;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Api.Worker;

/// <summary>The worker process: one job from standard input, events on standard output.</summary>
/// <remarks>
/// The first line of input is the job. A line <c>stop</c> asks it to save and end; the end of input says that the server is gone, which
/// means the same. Exit code 0 follows an event that ends the job; any other code means that there is none.
/// </remarks>
public static class WorkerVerb
{
    public static int Run()
    {
        using var stop = new CancellationTokenSource();
        // Ctrl+C in a terminal reaches every process of the group: the server decides what it means.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        Console.SetOut(Console.Error); // the protocol has standard output for itself
        if (Console.In.ReadLine() is not { } line) return 2;
        WatchInput(stop);

        using var reporter = new WorkerReporter(output, TimeProvider.System);
        var end = Execute(line, reporter, stop.Token);
        reporter.Flush();
        reporter.Send(end);
        return 0;
    }

    private static WorkerEvent Execute(string line, WorkerReporter reporter, CancellationToken stop)
    {
        try
        {
            var job = JsonSerializer.Deserialize<WorkerJob>(line, WorkerEvent.Json)!;
            return WorkerTasks.Run(job, reporter, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new WorkerEvent.Stopped();
        }
        catch (JobFailedException e)
        {
            return new WorkerEvent.Failed(e.Message);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            return new WorkerEvent.Failed(Explain(e));
        }
    }

    /// <summary>What a person can do something about; the stack trace is in the server's log.</summary>
    private static string Explain(Exception e)
    {
        var text = e.Message.Split('\n', 2)[0];
        if (e is OutOfMemoryException || text.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || text.Contains("not enough memory", StringComparison.OrdinalIgnoreCase))
            return "The memory did not suffice; fewer images in a step, a smaller model or smaller images need less.";
        return DiskFull.Is(e)
            ? "The data directory's disk is full."
            : $"It failed unexpectedly; the server's log says more. ({text})";
    }

    private static void WatchInput(CancellationTokenSource stop) => new Thread(() =>
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line == "stop") break;
        }
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The job has ended already.
        }
    })
    { IsBackground = true, Name = "input" }.Start();
}
