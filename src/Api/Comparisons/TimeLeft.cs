using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Comparisons;

/// <summary>What is known of a part's times, in seconds.</summary>
/// <param name="Planned">Training by the measured pace.</param>
/// <param name="Trained">What training took, once it has ended.</param>
/// <param name="Evaluated">What its evaluation took, once it has ended.</param>
/// <param name="Eta">Of the job at work on it.</param>
public readonly record struct TimedPart(ComparedState State, double? Planned, double? Trained, double? Evaluated, double? Eta);

/// <summary>How long a comparison still takes.</summary>
public static class TimeLeft
{
    /// <summary>
    /// Seconds left; null where a part's time cannot be told. Until an evaluation has ended, those to come are left out.
    /// </summary>
    public static double? Of(ComparisonBudget? budget, IEnumerable<TimedPart> parts)
    {
        var all = parts.ToList();
        double? training = budget?.Minutes * 60 ?? Mean(all.Select(p => p.Trained));
        var evaluation = Mean(all.Select(p => p.Evaluated)) ?? 0;
        double? left = 0;
        foreach (var part in all)
        {
            left += part.State switch
            {
                ComparedState.Queued when budget is null => evaluation, // it is trained already
                ComparedState.Queued or ComparedState.Measuring => (part.Planned ?? training) + evaluation,
                ComparedState.Training => (part.Eta ?? part.Planned ?? training) + evaluation,
                ComparedState.Evaluating => part.Eta ?? evaluation,
                _ => 0,
            };
        }
        return left;
    }

    private static double? Mean(IEnumerable<double?> values)
    {
        var known = values.OfType<double>().ToList();
        return known.Count == 0 ? null : known.Average();
    }
}
