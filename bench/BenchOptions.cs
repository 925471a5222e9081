using System.Globalization;

namespace PatchSsl.Bench;

/// <summary>What follows the case on the command line: <c>--name value</c>, or <c>--name</c> alone.</summary>
internal sealed record BenchOptions(IReadOnlyDictionary<string, string> Values)
{
    /// <exception cref="ArgumentException">A word is no option.</exception>
    public static BenchOptions Parse(ReadOnlySpan<string> words)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal)) throw new ArgumentException($"'{words[i]}' is no option: options are --name value.");
            var hasValue = i + 1 < words.Length && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
            values[words[i][2..]] = hasValue ? words[++i] : "";
        }
        return new BenchOptions(values);
    }

    public bool Has(string name) => Values.ContainsKey(name);

    public string? Text(string name) => Values.GetValueOrDefault(name);

    public int Int(string name, int fallback) => (int)Number(name, fallback);

    /// <exception cref="ArgumentException">The value is no number.</exception>
    public double Number(string name, double fallback) =>
        Text(name) is not { } text ? fallback
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw new ArgumentException($"--{name} is '{text}': it must be a number.");
}
