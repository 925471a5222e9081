using System.Globalization;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Explain.ClosedForm;

/// <summary>Everything that the closed-form page runs, as its address carries it.</summary>
/// <param name="Preset">Name of the preset; what it was drawn from where there is a drawn joint.</param>
/// <param name="Symbols">Of the preset; null for its own number.</param>
/// <param name="Drawn">A joint drawn by hand, which goes before the preset.</param>
/// <param name="Unreadable">True where the address has a joint that is none, such as one that was cut short.</param>
public sealed record ClosedFormAddress(
    string Preset = ClosedFormAddress.FirstPreset, int? Symbols = null, DrawnJoint? Drawn = null, int Dimension = ClosedFormRequest.DefaultDimension,
    int Steps = ClosedFormRequest.DefaultSteps, long Seed = 0, bool Unreadable = false)
{
    public const string FirstPreset = "ring";
    public const int MostDimensions = 64, FewestSteps = 20, MostSteps = 2000;

    /// <summary>What the server is asked.</summary>
    public ClosedFormRequest Request => Drawn is null
        ? new ClosedFormRequest(Preset, null, Symbols, Dimension, Steps, Seed)
        : new ClosedFormRequest(Joint: Drawn.Joint(), Dimension: Dimension, Steps: Steps, Seed: Seed);

    /// <summary>Reads an address's query; what it does not understand keeps its default.</summary>
    /// <param name="query">With or without the leading question mark.</param>
    public static ClosedFormAddress Parse(string query)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            values[parts[0]] = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
        }
        string? Text(string name) => values.TryGetValue(name, out var v) && v.Length > 0 ? v : null;
        long? Number(string name, NumberStyles styles) => long.TryParse(Text(name), styles, CultureInfo.InvariantCulture, out var v) ? v : null;
        int? Whole(string name, int low, int high) => Number(name, NumberStyles.None) is { } v ? (int)Math.Clamp(v, low, high) : null;

        return new ClosedFormAddress(
            Text("preset") ?? FirstPreset, Whole("symbols", DrawnJoint.FewestSymbols, DrawnJoint.MostSymbols), DrawnJoint.Parse(Text("joint")),
            Whole("dimension", 1, MostDimensions) ?? ClosedFormRequest.DefaultDimension, Whole("steps", FewestSteps, MostSteps) ?? ClosedFormRequest.DefaultSteps,
            Number("seed", NumberStyles.AllowLeadingSign) ?? 0, Text("joint") is { } joint && DrawnJoint.Parse(joint) is null);
    }

    /// <summary>The query of the address, question mark included; every number is in it, so that a link means the same when a default changes.</summary>
    public string ToQuery() => ApiRoutes.WithQuery("",
        ("preset", Drawn is null ? Preset : null), ("symbols", Drawn is null ? Number(Symbols) : null), ("joint", Drawn?.Levels),
        ("dimension", Number(Dimension)), ("steps", Number(Steps)), ("seed", Number(Seed)));

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);
}
