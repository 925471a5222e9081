using System.Diagnostics;
using System.Text;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Hosting;

/// <summary>How this program starts itself under another verb.</summary>
public static class SelfProcess
{
    /// <summary>With all three streams redirected, as UTF-8, and with the environment that libtorch is to find.</summary>
    public static ProcessStartInfo Start(string verb, params string[] arguments)
    {
        var assembly = typeof(SelfProcess).Assembly;
        var host = Environment.ProcessPath;
        // Started as the program itself, or through dotnet, or inside a test's process.
        var own = Path.GetFileName(host) == assembly.GetName().Name;
        var dotnet = Path.GetFileName(host) == "dotnet" ? host! : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] words = own ? [verb, .. arguments] : [assembly.Location, verb, .. arguments];
        var start = new ProcessStartInfo(own ? host! : dotnet, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        ProcessEnvironment.GiveTo(start.Environment, ProcessEnvironment.OfLibtorch);
        if (verb == "worker") ProcessEnvironment.GiveTo(start.Environment, ProcessEnvironment.OfWorkers);
        return start;
    }
}
