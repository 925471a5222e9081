using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.State;

/// <summary>Numbers and times as people read them. The space before a unit never breaks.</summary>
public static class Units
{
    private const string Gap = "\u00a0";
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>12,345</summary>
    public static string Count(long value) => value.ToString("N0", Culture);

    /// <summary>1 image, 12,345 images</summary>
    public static string Count(long value, string one, string? many = null) =>
        $"{Count(value)}{Gap}{(value == 1 ? one : many ?? one + "s")}";

    /// <summary>3.2 MB, by powers of 1,000 as disks are sold.</summary>
    public static string Bytes(long bytes)
    {
        string[] names = ["B", "kB", "MB", "GB", "TB"];
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < names.Length - 1)
        {
            value /= 1000;
            unit++;
        }
        return value.ToString(unit == 0 || value >= 99.5 ? "N0" : value >= 9.95 ? "0.#" : "0.##", Culture) + Gap + names[unit];
    }

    /// <summary>85.3 % of a share between 0 and 1.</summary>
    public static string Percent(double share, int digits = 1) => (share * 100).ToString("F" + digits, Culture) + Gap + "%";

    /// <summary>Below so many images an accuracy is a count; a percentage would pretend to more, and none is called best.</summary>
    public const int FewImages = BestMetric.FewestImages;

    /// <summary>5 of 6, or 83.2 % of 250; a count that is not known is said to be so.</summary>
    public static string Accuracy(double share, int? images) => images switch
    {
        null => $"{Percent(share)} (count unknown)",
        < FewImages and > 0 => string.Create(Culture, $"{share * images.Value:0.#}{Gap}of{Gap}{images}"),
        _ => $"{Percent(share)} of {Count(images.Value)}",
    };

    /// <summary>Four significant digits; NaN and infinities by name.</summary>
    public static string Value(double value)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        var size = Math.Abs(value);
        if (size >= 100_000 || size > 0 && size < 0.001) return value.ToString("0.###e+0", Culture);
        if (value == Math.Floor(value)) return value.ToString("N0", Culture);
        return value.ToString(size >= 1000 ? "N0" : size >= 100 ? "0.#" : size >= 10 ? "0.##" : size >= 1 ? "0.###" : "0.####", Culture);
    }

    /// <summary>A metric's value in its own unit: accuracies and shares in percent.</summary>
    public static string Metric(string name, double value) =>
        double.IsFinite(value) && MetricNames.IsShare(name) ? Percent(value) : Value(value);

    /// <summary>45 s, 3 min 20 s, 2 h 5 min, 3 d 4 h</summary>
    public static string Duration(TimeSpan time)
    {
        if (time < TimeSpan.Zero) time = TimeSpan.Zero;
        if (time.TotalSeconds < 60) return $"{(int)time.TotalSeconds}{Gap}s";
        if (time.TotalMinutes < 60) return Two((int)time.TotalMinutes, "min", time.Seconds, "s");
        if (time.TotalHours < 48) return Two((int)time.TotalHours, "h", time.Minutes, "min");
        return Two((int)time.TotalDays, "d", time.Hours, "h");
    }

    public static string Duration(double seconds) => Duration(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)));

    /// <summary>just now, 5 min ago, 3 h ago, 12 days ago</summary>
    public static string Ago(DateTimeOffset time, DateTimeOffset now)
    {
        var age = now - time;
        if (age.TotalSeconds < 45) return "just now";
        if (age.TotalMinutes < 60) return $"{Math.Max(1, (int)Math.Round(age.TotalMinutes))}{Gap}min ago";
        if (age.TotalHours < 36) return $"{Math.Max(1, (int)Math.Round(age.TotalHours))}{Gap}h ago";
        return $"{Count((int)Math.Round(age.TotalDays), "day")} ago";
    }

    /// <summary>2026-03-14 15:09:26 UTC</summary>
    public static string Exact(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", Culture) + " UTC";

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large}{Gap}{largeUnit}" : $"{large}{Gap}{largeUnit} {small}{Gap}{smallUnit}";
}
