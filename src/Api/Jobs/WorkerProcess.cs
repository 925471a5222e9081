using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Jobs;

/// <summary>A worker seen from the server.</summary>
public sealed partial class WorkerProcess : IDisposable
{
    private const int ShownCharacters = 500;
    private readonly Process _process;
    private readonly ILogger _logger;
    private readonly string _jobId;
    private readonly Lock _input = new();

    private WorkerProcess(Process process, string jobId, ILogger logger)
    {
        (_process, _jobId, _logger) = (process, jobId, logger);
        StartedAt = process.StartTime.ToUniversalTime();
    }

    public int Pid => _process.Id;
    public DateTimeOffset StartedAt { get; }

    /// <summary>Starts one and hands it its job.</summary>
    public static WorkerProcess Start(string jobId, WorkerJob job, ILogger logger)
    {
        var process = new Process { StartInfo = SelfProcess.Start("worker") };
        process.Start();
        var worker = new WorkerProcess(process, jobId, logger);
        process.ErrorDataReceived += (_, e) =>
        {
            if (!string.IsNullOrEmpty(e.Data)) worker.LogDiagnostics(worker._jobId, e.Data);
        };
        process.BeginErrorReadLine();
        worker.Tell(JsonSerializer.Serialize(job, WorkerEvent.Json));
        return worker;
    }

    /// <summary>What it reports, until its output ends. A line that is no event is logged and left out.</summary>
    public async IAsyncEnumerable<WorkerEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Parse(line) is { } e) yield return e;
        }
    }

    /// <summary>Asks it to save and end.</summary>
    public void RequestStop() => Tell("stop");

    /// <summary>Says that the server goes: it saves and ends.</summary>
    public void CloseInput()
    {
        lock (_input)
        {
            try
            {
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended first.
            }
        }
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended first.
        }
    }

    /// <summary>Waits for its end and says how it came: null for exit code 0.</summary>
    public async Task<string?> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode switch
        {
            0 => null,
            > 128 and < 160 => $"killed by signal {_process.ExitCode - 128}{SignalName(_process.ExitCode - 128)}",
            var code => $"exit code {code}",
        };
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Tell(string line)
    {
        lock (_input)
        {
            try
            {
                _process.StandardInput.WriteLine(line);
                _process.StandardInput.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // It ended first, and its end is reported by EndAsync.
            }
        }
    }

    private WorkerEvent? Parse(string line)
    {
        try
        {
            if (JsonSerializer.Deserialize<WorkerEvent>(line, WorkerEvent.Json) is { } e) return e;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // logged below
        }
        LogMalformed(_jobId, line.Length > ShownCharacters ? line[..ShownCharacters] + "…" : line);
        return null;
    }

    private static string SignalName(int signal) => signal switch
    {
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        9 => " (SIGKILL; perhaps the system ran out of memory)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => "",
    };

    [LoggerMessage(LogLevel.Warning, "Worker of {JobId}: {Text}")]
    private partial void LogDiagnostics(string jobId, string text);

    [LoggerMessage(LogLevel.Warning, "Worker of {JobId} wrote a line that is no event: {Line}")]
    private partial void LogMalformed(string jobId, string line);
}
