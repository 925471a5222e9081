using System.Diagnostics;
using System.Text.Json;

namespace PatchSsl.Bench;

/// <summary>Another program of the field at the same work, in a Python process that answers line by line, so that it stands still while ours is timed.</summary>
/// <remarks>
/// A script of <c>bench/peers</c> prints one line of JSON once it is ready, and then, for every line it reads, does one round of work and
/// prints one line of JSON. It ends when its input does.
/// </remarks>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private PythonPeer(Process process, Task<string> errors, JsonElement ready) => (_process, _errors, Ready) = (process, errors, ready);

    /// <summary>What the script said when it was ready, such as its version.</summary>
    public JsonElement Ready { get; }

    /// <summary>Starts a peer; null with the reason where this machine has none.</summary>
    /// <param name="script">File name in <c>bench/peers</c>.</param>
    public static PythonPeer? TryStart(string script, out string? whyNot, params string[] arguments)
    {
        var python = Environment.GetEnvironmentVariable("PATCHSSL_PYTHON") ?? "/usr/bin/python3";
        var start = new ProcessStartInfo(python, [Path.Combine(Repository.Root, "bench", "peers", script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            whyNot = $"No peer: {python} cannot be started ({error.Message}).";
            return null;
        }
        var errors = process.StandardError.ReadToEndAsync();
        if (process.StandardOutput.ReadLine() is { } line)
        {
            whyNot = null;
            return new PythonPeer(process, errors, Parse(line));
        }
        process.WaitForExit();
        whyNot = $"No peer: {script} ended with: {errors.Result.Trim().Split('\n')[^1]}";
        process.Dispose();
        return null;
    }

    /// <summary>One round of work; returns what the script measured.</summary>
    /// <exception cref="InvalidOperationException">It ended.</exception>
    public JsonElement Round(string command = "run")
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine() is { } line
            ? Parse(line)
            : throw new InvalidOperationException($"The peer ended: {_errors.Result.Trim()}");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
