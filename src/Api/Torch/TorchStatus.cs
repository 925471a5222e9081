using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using PatchSsl.Api.Hosting;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Torch;

/// <summary>What the probe found out about libtorch, once it is done.</summary>
public sealed partial class TorchStatus(TorchOptions options, TimeProvider time, ILogger<TorchStatus> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private ProbeVerb.Result? _result;

    public string Summary => _result?.Summary ?? "being probed";
    public string Device => _result?.Device ?? "";
    public IReadOnlyDictionary<string, string> Versions => _result?.Versions ?? new Dictionary<string, string>();

    /// <summary>Null while the probe runs.</summary>
    public bool? Works => _result?.Works;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            _result = await ProbeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is Win32Exception or IOException or JsonException or TimeoutException)
        {
            _result = Failed(e.Message);
        }
        if (_result.Works) LogWorks(_result.Summary);
        else LogFails(_result.Summary);
    }

    private async Task<ProbeVerb.Result> ProbeAsync(CancellationToken stoppingToken)
    {
        using var process = Process.Start(SelfProcess.Start("probe"))!;
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(options));
            process.StandardInput.Close();
            var diagnostics = process.StandardError.ReadToEndAsync(stoppingToken);
            var output = await process.StandardOutput.ReadToEndAsync(stoppingToken).WaitAsync(Patience, time, stoppingToken);
            await process.WaitForExitAsync(stoppingToken);
            var text = await diagnostics;
            if (process.ExitCode != 0) return Failed($"loading libtorch ended the probe with exit code {process.ExitCode}");
            if (text.Length > 0) LogDiagnostics(text);
            return JsonSerializer.Deserialize<ProbeVerb.Result>(output) ?? Failed("the probe said nothing");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static ProbeVerb.Result Failed(string why) => new(false, $"libtorch cannot be used: {why}", "", new Dictionary<string, string>());

    [LoggerMessage(LogLevel.Information, "Torch: {Summary}")]
    private partial void LogWorks(string summary);

    [LoggerMessage(LogLevel.Error, "Torch: {Summary}")]
    private partial void LogFails(string summary);

    [LoggerMessage(LogLevel.Information, "Torch probe: {Text}")]
    private partial void LogDiagnostics(string text);
}
