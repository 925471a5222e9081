using PatchSsl.Core.Recipes;

namespace PatchSsl.Core.Augmentation;

/// <summary>How patches are changed, in this order: colour jitter, grayscale, blur, solarise. Flips belong to the crop.</summary>
/// <param name="Jitter">Probability of colour jitter.</param>
/// <param name="Brightness">Factor from 1 ± this.</param>
/// <param name="Contrast">Factor from 1 ± this.</param>
/// <param name="Saturation">Factor from 1 ± this.</param>
/// <param name="Hue">Turned by ± this share of the circle, up to .5.</param>
/// <param name="Grayscale">Probability.</param>
/// <param name="Blur">Probability.</param>
/// <param name="SigmaMin">Smallest standard deviation of the blur in pixels.</param>
/// <param name="SigmaMax">Largest.</param>
/// <param name="Solarize">Probability.</param>
/// <param name="SolarizeThreshold">0 to 1.</param>
public sealed record AugmentationPlan(
    double Jitter, double Brightness, double Contrast, double Saturation, double Hue,
    double Grayscale, double Blur, double SigmaMin, double SigmaMax, double Solarize, double SolarizeThreshold)
{
    /// <summary>The plan a recipe describes.</summary>
    public static AugmentationPlan Of(Recipe recipe) => new(
        recipe.JitterProbability, recipe.JitterBrightness, recipe.JitterContrast, recipe.JitterSaturation, recipe.JitterHue,
        recipe.GrayscaleProbability, recipe.BlurProbability, recipe.BlurSigmaMin, recipe.BlurSigmaMax,
        recipe.SolarizeProbability, recipe.SolarizeThreshold / 255);
}
