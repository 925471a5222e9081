using System.ComponentModel;
using System.Diagnostics;

namespace PatchSsl.Core.Tests.PyTorch;

/// <summary>A Python with torch and torchvision, where this machine has one.</summary>
internal static class Python
{
    private static readonly string[] Candidates = ["/usr/bin/python3", "python3"];

    private static readonly Lazy<string?> Found = new(() => Candidates.FirstOrDefault(c => Start(c, ["-c", "import torch, torchvision"]) is (0, _)));

    /// <summary>Runs a script of this folder and fails with what it said; skips the test where no such Python is there.</summary>
    public static void Run(string script, params string[] arguments)
    {
        if (Found.Value is not { } python)
        {
            Assert.Skip($"No Python with torch and torchvision was found ({string.Join(", ", Candidates)}): install Debian's python3-torch and python3-torchvision.");
            return;
        }
        var (status, said) = Start(python, [Path.Combine(AppContext.BaseDirectory, "PyTorch", script), .. arguments]);
        Assert.True(status == 0, said);
    }

    private static (int Status, string Said) Start(string python, IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var said = process.StandardError.ReadToEndAsync();
            var ignored = process.StandardOutput.ReadToEndAsync();
            process.WaitForExit();
            return (process.ExitCode, said.Result + ignored.Result);
        }
        catch (Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
