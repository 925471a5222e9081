namespace PatchSsl.Bench;

/// <param name="Name">Word on the command line.</param>
/// <param name="What">A line of the usage.</param>
internal sealed record BenchCase(string Name, string What, Func<BenchOptions, Report> Run);

/// <summary>Everything that can be measured.</summary>
internal static class BenchCases
{
    public static IReadOnlyList<BenchCase> All { get; } =
    [
        new("search", "exact search of an index file, beside a read of as many bytes (--rows 200000 --dim 512)", SearchBench.Run),
    ];
}
