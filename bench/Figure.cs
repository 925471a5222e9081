using System.Globalization;
using System.Text.Json.Serialization;

namespace PatchSsl.Bench;

/// <summary>Whether more is better, as of a rate, or less, as of a time.</summary>
internal enum Better { Higher, Lower }

/// <summary>A measured value, and what was measured beside it in the same run.</summary>
internal sealed record Figure(string Name, string Unit, double Ours, Better Better)
{
    /// <summary>The same of another program; null where none was there.</summary>
    public double? Peer { get; init; }

    public string? PeerName { get; init; }

    /// <summary>What the machine, or the part that cannot be left out, allows.</summary>
    public double? Limit { get; init; }

    public string? LimitName { get; init; }

    public Goal? Goal { get; init; }

    /// <summary>How many times better than the peer.</summary>
    public double? TimesPeer => Ratio(Peer);

    /// <summary>Share of the limit that is reached: 1 is all of it.</summary>
    public double? OfLimit => Ratio(Limit);

    /// <summary>Null without a goal, or where what it compares with was not measured.</summary>
    public bool? GoalMet => Goal?.Measured(this) is { } value ? Goal.IsMet(value) : null;

    private double? Ratio(double? other) => other is { } o ? Better == Better.Higher ? Ours / o : o / Ours : null;
}

/// <summary>What a figure is held against.</summary>
internal enum GoalOf { TimesPeer, OfLimit, AtMost, AtLeast }

internal sealed record Goal(GoalOf Of, double Value)
{
    public static Goal TimesPeer(double atLeast) => new(GoalOf.TimesPeer, atLeast);

    public static Goal OfLimit(double atLeast) => new(GoalOf.OfLimit, atLeast);

    public static Goal AtMost(double value) => new(GoalOf.AtMost, value);

    public static Goal AtLeast(double value) => new(GoalOf.AtLeast, value);

    /// <summary>As people read it: <c>≥ 1.3× the peer</c>.</summary>
    [JsonIgnore]
    public string Text => Of switch
    {
        GoalOf.TimesPeer => $"≥ {Number}× the peer",
        GoalOf.OfLimit => $"≥ {Number} of the limit",
        GoalOf.AtMost => $"≤ {Number}",
        _ => $"≥ {Number}",
    };

    private string Number => Value.ToString("0.###", CultureInfo.InvariantCulture);

    public double? Measured(Figure figure) => Of switch
    {
        GoalOf.TimesPeer => figure.TimesPeer,
        GoalOf.OfLimit => figure.OfLimit,
        _ => figure.Ours,
    };

    public bool IsMet(double value) => Of == GoalOf.AtMost ? value <= Value : value >= Value;
}
