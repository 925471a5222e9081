using System.Text.Json;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Torch;

/// <summary>Loads libtorch in a process of its own and says how it went: the idle server stays small and a fault in loading stays outside.</summary>
public static class ProbeVerb
{
    /// <summary>What the probe prints: one JSON object.</summary>
    /// <param name="Summary">Device, library and precision in one line, or why it cannot be used.</param>
    public sealed record Result(bool Works, string Summary, string Device, IReadOnlyDictionary<string, string> Versions);

    /// <summary>The options come on standard input.</summary>
    public static int Run()
    {
        var options = JsonSerializer.Deserialize<TorchOptions>(Console.In.ReadLine() ?? "{}")!;
        Console.Out.WriteLine(JsonSerializer.Serialize(Try(options)));
        return 0;
    }

    private static Result Try(TorchOptions options)
    {
        try
        {
            var torch = TorchRuntime.Start(options);
            return new Result(true, torch.Summary, torch.IsCuda ? "cuda" : "cpu", torch.Versions);
        }
        catch (TorchUnavailableException e)
        {
            Console.Error.WriteLine(e);
            return new Result(false, e.Message, "", new Dictionary<string, string>());
        }
    }
}
