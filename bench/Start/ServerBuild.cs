using System.Diagnostics;

namespace PatchSsl.Bench;

/// <summary>Where the server to measure lies.</summary>
internal static class ServerBuild
{
    private static string Project => Path.Combine(Repository.Root, "src", "Api");

    /// <summary>What <c>--server</c> names, or the Release build that <c>dotnet run -c Release --project src/Api</c> starts, built where it is missing.</summary>
    public static string Built(BenchOptions options)
    {
        if (options.Text("server") is { } given) return Existing(given);
        var path = Path.Combine(Project, "bin", "Release", "net10.0", "PatchSsl.Api.dll");
        if (!File.Exists(path)) Dotnet("build", Project, "-c", "Release");
        return Existing(path);
    }

    /// <summary>What <c>--server</c> names, or a publication of it into a folder that the caller removes.</summary>
    public static string Published(BenchOptions options, string folder)
    {
        if (options.Text("server") is { } given) return Existing(given);
        Dotnet("publish", Project, "-c", "Release", "-o", folder, "-p:Torch=none");
        return Existing(Path.Combine(folder, "PatchSsl.Api.dll"));
    }

    private static string Existing(string path) =>
        File.Exists(path) ? Path.GetFullPath(path) : throw new ArgumentException($"There is no server at {path}.");

    private static void Dotnet(params string[] words)
    {
        Console.WriteLine($"dotnet {string.Join(' ', words)}");
        using var process = Process.Start("dotnet", [.. words, "-v", "q", "-nologo"]);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new ArgumentException($"dotnet {words[0]} failed.");
    }
}
