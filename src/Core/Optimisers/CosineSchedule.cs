namespace PatchSsl.Core.Optimisers;

/// <summary>Linear warm-up, then half a cosine from the base rate to the final one: a pure function of the step.</summary>
/// <param name="BaseRate">Rate at the top.</param>
/// <param name="TotalSteps">Steps of the whole run, at least 1.</param>
/// <param name="WarmupSteps">Steps of the warm-up, from 0 to <paramref name="TotalSteps"/>.</param>
/// <param name="FinalRate">Rate the cosine ends at.</param>
public sealed record CosineSchedule(double BaseRate, long TotalSteps, long WarmupSteps = 0, double FinalRate = 0)
{
    /// <summary>The learning rate of step 0, 1, … TotalSteps - 1; steps beyond stay at the final rate.</summary>
    /// <remarks>Step s of the warm-up has (s+1)/W of the base rate, so no step is wasted on a rate of 0. The cosine is PyTorch's
    /// <c>CosineAnnealingLR</c> stepped every iteration.</remarks>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step < WarmupSteps) return BaseRate * (step + 1) / WarmupSteps;
        if (step >= TotalSteps) return FinalRate;
        var done = (double)(step - WarmupSteps) / (TotalSteps - WarmupSteps);
        return FinalRate + ((BaseRate - FinalRate) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
