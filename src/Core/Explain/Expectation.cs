namespace PatchSsl.Core.Explain;

/// <summary>What a measurement says of an expectation that was stated before it.</summary>
public enum ExpectationVerdict
{
    /// <summary>The whole 95 % interval lies on the expected side of 0.</summary>
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

/// <summary>A difference of which a sign may be expected.</summary>
/// <param name="Sign">1 where a positive difference is expected, -1 where a negative one is, 0 where reasons speak for either.</param>
/// <param name="Difference">Paired: of the same images or patches.</param>
public sealed record Expectation(int Sign, Estimate Difference)
{
    /// <summary>Decided by the interval alone.</summary>
    public ExpectationVerdict Verdict =>
        Sign == 0 ? ExpectationVerdict.NoneStated
        : Difference.Low <= 0 && Difference.High >= 0 ? ExpectationVerdict.Undecided
        : Math.Sign(Difference.Low) == Sign ? ExpectationVerdict.AsExpected
        : ExpectationVerdict.Against;
}
