using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace PatchSsl.Core.Runtime;

/// <summary>Brings libtorch into the process, the packaged one or that of a folder, before TorchSharp looks for it.</summary>
/// <remarks>
/// TorchSharp's own loading writes its troubles to standard output, which belongs to the worker's events, and may copy hundreds of
/// megabytes around: so everything it needs is loaded here first, and a failure is told in one sentence.
/// </remarks>
internal static partial class NativeTorch
{
    private const string Shim = "LibTorchSharp";

    /// <summary>In the order in which they need each other.</summary>
    private static readonly (string File, bool Required)[] Libraries =
    [
        ("libc10.so", true), ("libtorch_cpu.so", true), ("libc10_cuda.so", false), ("libtorch_cuda.so", false), ("libtorch.so", true),
    ];

    /// <summary>Loads libtorch; returns its version.</summary>
    public static string Load(string? libraryPath)
    {
        ProcessEnvironment.Prepare();
        if (libraryPath is not null) LoadFolder(libraryPath);
        if (!NativeLibrary.TryLoad(Shim, typeof(torch).Assembly, null, out _)) throw ShimFailure(libraryPath);
        if (libraryPath is not null) KeepTorchSharpFromLoadingAnother();
        return Version(libraryPath);
    }

    private static void LoadFolder(string folder)
    {
        foreach (var (file, required) in Libraries)
        {
            var path = Path.Combine(folder, file);
            if (!File.Exists(path))
            {
                if (!required) continue;
                throw new TorchUnavailableException($"Torch:LibraryPath '{folder}' has no {file}: name the lib folder of a PyTorch {torch.__version__} installation.");
            }
            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new TorchUnavailableException($"Torch:LibraryPath: {file} in '{folder}' cannot be loaded: {FirstLine(e)}", e);
            }
        }
    }

    private static TorchUnavailableException ShimFailure(string? libraryPath)
    {
        string reason;
        try
        {
            // The same load again, this time for its message.
            NativeLibrary.Load(Shim, typeof(torch).Assembly, null);
            reason = "it loaded at the second try";
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            reason = LoaderReason(e);
        }
        return new TorchUnavailableException(libraryPath is null
            ? $"libtorch cannot be loaded: {reason}; build with -p:Torch=cpu or -p:Torch=cuda, or set Torch:LibraryPath."
            : $"libtorch in Torch:LibraryPath '{libraryPath}' does not fit TorchSharp, which needs {torch.__version__}: {reason}.");
    }

    /// <summary>
    /// TorchSharp would load a packaged libtorch by name beside the one of the folder: two copies register every operator twice. Its own marks
    /// of what is loaded keep it from that.
    /// </summary>
    private static void KeepTorchSharpFromLoadingAnother()
    {
        foreach (var mark in new[] { "nativeBackendLoaded", "nativeBackendCudaLoaded" })
        {
            typeof(torch).GetField(mark, BindingFlags.Static | BindingFlags.NonPublic)?.SetValue(null, true);
        }
    }

    private static string Version(string? libraryPath)
    {
        var built = torch.__version__;
        if (libraryPath is not null)
        {
            // A PyTorch installation has version.py beside lib, a plain libtorch has build-version.
            foreach (var name in new[] { "version.py", "build-version" })
            {
                var file = Path.Combine(libraryPath, "..", name);
                if (File.Exists(file) && VersionPattern().Match(File.ReadAllText(file)) is { Success: true } match) return match.Value;
            }
        }
        return built.EndsWith(".0", StringComparison.Ordinal) && built.Count(c => c == '.') == 3 ? built[..^2] : built;
    }

    /// <summary>The loader tries several places; the line about a file that exists says most.</summary>
    private static string LoaderReason(Exception e)
    {
        var lines = e.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (lines.FirstOrDefault(line => !line.Contains("No such file", StringComparison.Ordinal) && line.Contains(".so", StringComparison.Ordinal))
            ?? lines[0]).TrimEnd('.');
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0].Trim();

    [GeneratedRegex(@"\d+\.\d+\.\d+(\+[A-Za-z0-9.]+)?")]
    private static partial Regex VersionPattern();
}
