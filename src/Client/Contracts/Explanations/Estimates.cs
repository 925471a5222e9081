using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>A mean and its 95 % interval, by the bootstrap over images.</summary>
/// <param name="Count">Values averaged.</param>
public sealed record MeanEstimate(double Mean, double Low, double High, int Count);

/// <summary>What an interval says of an expectation that was stated beforehand.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ExpectationOutcome>))]
public enum ExpectationOutcome
{
    /// <summary>The whole interval lies on the expected side of 0.</summary>
    AsExpected,

    /// <summary>The whole interval lies on the other side.</summary>
    Against,

    /// <summary>The interval holds 0.</summary>
    Undecided,

    /// <summary>No sign was expected.</summary>
    NoneStated,

    /// <summary>Of a curve that was expected to rise: it rises to a maximum and falls from there, both beyond doubt.</summary>
    RisesThenFalls,
}

/// <summary>A paired difference of which a sign may be expected.</summary>
/// <param name="Sign">1 where it is expected above 0, -1 where below, 0 where reasons speak for either.</param>
public sealed record ExpectedDifference(int Sign, MeanEstimate Difference, ExpectationOutcome Outcome);
