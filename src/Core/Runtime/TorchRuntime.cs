using System.Reflection;
using TorchSharp;

namespace PatchSsl.Core.Runtime;

/// <summary>libtorch, loaded and probed: where tensors live, in which precision, with how many threads.</summary>
/// <remarks>One a process: a native library cannot be unloaded, and the number of threads is the process's.</remarks>
public sealed class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static (string? LibraryPath, string Version)? _loaded;

    private TorchRuntime(ComputePlan plan, int threads, string libtorch)
    {
        Plan = plan;
        Threads = threads;
        Versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [".NET"] = Environment.Version.ToString(),
            ["PatchSslWeb"] = typeof(TorchRuntime).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            ["TorchSharp"] = typeof(torch).Assembly.GetName().Version!.ToString(3),
            ["libtorch"] = libtorch,
        };
        var place = IsCuda ? "cuda" : $"cpu ({threads} {(threads == 1 ? "thread" : "threads")})";
        Summary = $"{place}, libtorch {libtorch}, {plan.Name}";
    }

    /// <summary>Where and in which types models compute.</summary>
    public ComputePlan Plan { get; }

    /// <summary>Where models and patches live.</summary>
    public torch.Device Device => Plan.Device;

    /// <summary>True on an NVIDIA GPU.</summary>
    public bool IsCuda => Device.type == DeviceType.CUDA;

    /// <summary>CPU threads of this process.</summary>
    public int Threads { get; }

    /// <summary>One line for people, such as <c>cpu (2 threads), libtorch 2.10.0, bf16</c>.</summary>
    public string Summary { get; }

    /// <summary>Component → version.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; }

    /// <summary>What is wrong with the options, a sentence each that names the option and its value; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(TorchOptions options)
    {
        var problems = new List<string>();
        if (options.Device is not ("auto" or "cpu" or "cuda")) problems.Add($"Torch:Device is '{options.Device}': it must be auto, cpu or cuda.");
        if (options.Precision is not ("auto" or "bf16" or "float32")) problems.Add($"Torch:Precision is '{options.Precision}': it must be auto, bf16 or float32.");
        if (options.Threads is < 0 or > 1024) problems.Add($"Torch:Threads is {options.Threads}: it must lie between 0 (every core) and 1024.");
        if (options.LibraryPath is { } path && !Directory.Exists(path)) problems.Add($"Torch:LibraryPath is '{path}': there is no such folder.");
        return problems;
    }

    /// <summary>Loads libtorch, picks the device, and proves that it computes.</summary>
    /// <exception cref="TorchUnavailableException">Naming the option or the library that is in the way.</exception>
    public static TorchRuntime Start(TorchOptions options)
    {
        if (Problems(options) is [var first, ..]) throw new TorchUnavailableException(first);
        lock (Gate)
        {
            var libraryPath = string.IsNullOrEmpty(options.LibraryPath) ? null : Path.GetFullPath(options.LibraryPath);
            if (_loaded is { } earlier && earlier.LibraryPath != libraryPath)
            {
                throw new TorchUnavailableException($"Torch:LibraryPath cannot change to '{libraryPath}': this process has loaded libtorch already.");
            }
            _loaded ??= (libraryPath, NativeTorch.Load(libraryPath));

            var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
            var device = PickDevice(options.Device);
            torch.set_num_threads(threads);
            return new TorchRuntime(ComputePlan.For(options.Precision, device), threads, _loaded.Value.Version);
        }
    }

    private static torch.Device PickDevice(string wanted)
    {
        Prove(torch.CPU);
        if (wanted == "cpu") return torch.CPU;
        if (!torch.cuda.is_available())
        {
            return wanted == "auto"
                ? torch.CPU
                : throw new TorchUnavailableException("Torch:Device is 'cuda', and this libtorch finds no CUDA device: install the NVIDIA driver and build with -p:Torch=cuda, or set Torch:Device to auto.");
        }
        try
        {
            var device = new torch.Device(DeviceType.CUDA, 0);
            Prove(device);
            return device;
        }
        catch (TorchUnavailableException) when (wanted == "auto")
        {
            return torch.CPU;
        }
    }

    /// <summary>A small product, since a device that is listed does not always compute.</summary>
    private static void Prove(torch.Device device)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            var ones = torch.ones(4, 4, device: device);
            if (ones.mm(ones).sum().item<float>() == 64) return;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new TorchUnavailableException($"libtorch loaded but cannot compute on {device.type.ToString().ToLowerInvariant()}: {e.Message.Split('\n', 2)[0]}", e);
        }
        throw new TorchUnavailableException($"libtorch loaded but computes wrong values on {device.type.ToString().ToLowerInvariant()}.");
    }
}
