using System.Globalization;
using PatchSsl.Client.Contracts;
using Numeric = PatchSsl.Core.Explain.ClosedForm;

namespace PatchSsl.Api.Explanations.ClosedForm;

/// <summary>The experiment as its contracts show it.</summary>
internal static class ClosedFormContracts
{
    /// <summary>Said of every result: it is what makes one repeatable.</summary>
    private const string Device = "cpu, float64, 1 thread";

    public static ClosedFormTheory Show(this Numeric.SpectralTheory theory) => new(
        theory.Joint.Marginals, Matrix(theory.Joint.Symbols, theory.Joint.Ratio), theory.Best, theory.IsUnique, theory.Eigenvalues, theory.Rank, theory.Negative,
        theory.Kept, theory.MinimumLoss, theory.AttainableR2);

    /// <summary>Rounded: a frame is looked at for a tenth of a second, and there are many.</summary>
    public static ClosedFormFrame Show(this Numeric.ClosedFormFrame frame) =>
        new(frame.Step, frame.Loss, frame.BatchLoss, frame.R2, [.. frame.Products.Select(row => row.Select(Rounded).ToArray())]);

    public static ClosedFormResult Show(this Numeric.ClosedFormResult result, string? preset) => new(
        result.InputsSha256, preset, result.Spec.Joint.Symbols, result.Spec.Dimension, result.Spec.Steps, result.Spec.Seed, Device, 1, result.Spec.Joint.Rows,
        result.Theory.Show(),
        new ClosedFormLearned(
            result.Products, result.Eigenvalues, result.Loss, result.ToRatio.Show(), result.ToBest?.Show(),
            result.Subspace is { } s ? new ClosedFormSubspace(s.Dimensions, s.Gap, s.Angles) : null),
        new ClosedFormControl(result.Control.ToRatio.Show(), result.Control.Deviation, result.Control.Eigenvalues),
        [.. result.Curve.Select(p => new ClosedFormPoint(p.Step, p.Loss, p.BatchLoss, p.R2))]);

    /// <param name="symbols">Null for its own number; otherwise as near to it as the preset allows.</param>
    public static ClosedFormPreset Show(this Numeric.JointPreset preset, int? symbols) => new(
        preset.Name, preset.Title, preset.Description, preset.FewestSymbols, preset.OfImages,
        preset.Make(Math.Max(symbols ?? preset.Symbols, preset.FewestSymbols)).Rows);

    private static ClosedFormFit Show(this Numeric.ProductFit fit) => new(fit.R2, fit.Slope, fit.MaxError);

    private static double Rounded(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static double[][] Matrix(int n, Func<int, int, double> value) =>
        [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => value(i, j)).ToArray())];
}
