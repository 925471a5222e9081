using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace PatchSsl.EndToEnd.Tests;

/// <summary>The real server in a process of its own, on a free port, with a data directory that goes away with it.</summary>
public sealed partial class ServerProcess : IAsyncLifetime
{
    /// <summary>A demo that shows all of its stages in a minute, computed as most processors do, on the half of two cores that the browser leaves.
    /// The environment may ask for another: with <c>Demo__Steps=400</c> it is the demo that people see.</summary>
    private static readonly (string Name, string Value)[] Settings =
    [
        ("Demo__Images", "300"), ("Demo__Size", "32"), ("Demo__Steps", "40"), ("Torch__Precision", "float32"), ("Torch__Threads", "1"),
        ("Jobs__Parallel", "2"),
    ];

    private readonly string _data = Directory.CreateTempSubdirectory("patchssl-e2e-").FullName;
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _output = [];
    private Process? _process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Everything it printed, for a failed test's message.</summary>
    public string Output
    {
        get
        {
            lock (_output) return string.Join(Environment.NewLine, _output);
        }
    }

    /// <summary>Names of the files in its memory, libraries among them.</summary>
    public async Task<IReadOnlyList<string>> MappedFilesAsync() =>
        [.. (await File.ReadAllLinesAsync($"/proc/{_process!.Id}/maps")).Select(line => Path.GetFileName(line)).Distinct()];

    public async ValueTask InitializeAsync()
    {
        var assembly = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerAssembly").Value!;
        var start = new ProcessStartInfo("dotnet", [assembly, "--urls", "http://127.0.0.1:0", "--Data:Path", _data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _data,
        };
        foreach (var (name, value) in Settings) start.Environment.TryAdd(name, value);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("The server ended before it listened:\n" + Output));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Address = await _listening.Task.WaitAsync(Browser.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private void Read(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Add(line);
        if (Listening().Match(line) is { Success: true } match) _listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"(http://127\.0\.0\.1:[1-9]\d*)")]
    private static partial Regex Listening();
}
