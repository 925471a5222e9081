using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain.ClosedForm;

namespace PatchSsl.Api.Explanations.ClosedForm;

/// <summary>What a closed-form experiment may be asked for; a caller learns all errors at once.</summary>
public static class ClosedFormRules
{
    /// <exception cref="ProblemException">422.</exception>
    public static ClosedFormSpec Spec(ClosedFormRequest body)
    {
        var errors = new FieldErrors();
        var joint = Joint(body, errors);
        if (body.Dimension is < 1 or > ClosedFormSpec.MostDimensions)
            errors.Add("dimension", $"dimension is {body.Dimension}: allowed is 1 to {ClosedFormSpec.MostDimensions}.");
        if (body.Steps is < ClosedFormSpec.FewestSteps or > ClosedFormSpec.MostSteps)
            errors.Add("steps", $"steps is {body.Steps}: allowed is {ClosedFormSpec.FewestSteps} to {ClosedFormSpec.MostSteps}.");
        errors.Throw("invalid_closed_form");
        return new ClosedFormSpec(joint!, body.Dimension, body.Steps, body.Seed);
    }

    /// <summary>How many symbols the presets are wanted with.</summary>
    /// <exception cref="ProblemException">422.</exception>
    public static void Symbols(int? symbols)
    {
        var errors = new FieldErrors();
        if (symbols is < JointDistribution.FewestSymbols or > JointDistribution.MostSymbols)
            errors.Add("symbols", $"symbols is {symbols}: allowed is {JointDistribution.FewestSymbols} to {JointDistribution.MostSymbols}.");
        errors.Throw("invalid_closed_form");
    }

    private static JointDistribution? Joint(ClosedFormRequest body, FieldErrors errors)
    {
        if (body.Joint is { } rows)
        {
            if (body.Preset is not null) errors.Add("preset", $"preset is '{Problems.Shown(body.Preset)}' and there is a joint as well: send one of the two.");
            if (body.Symbols is { } count && count != rows.Count) errors.Add("symbols", $"symbols is {count}, and joint has {rows.Count} rows: leave symbols out.");
            var problems = JointDistribution.Problems(rows);
            foreach (var (field, text) in problems) errors.Add(field, text);
            return problems.Count == 0 ? JointDistribution.Of([.. rows.Select(row => row!)]) : null;
        }
        if (body.Preset is null)
        {
            errors.Add("joint", $"joint is missing: send one, or a preset ({Names}).");
            return null;
        }
        if (JointPresets.Find(body.Preset) is not { } preset)
        {
            errors.Add("preset", $"preset is '{Problems.Shown(body.Preset)}': allowed is {Names}.");
            return null;
        }
        if (body.Symbols is not { } symbols) return preset.Make(preset.Symbols);
        if (symbols >= preset.FewestSymbols && symbols <= JointDistribution.MostSymbols) return preset.Make(symbols);
        errors.Add("symbols", $"symbols is {symbols}: preset {preset.Name} takes {preset.FewestSymbols} to {JointDistribution.MostSymbols}.");
        return null;
    }

    private static string Names => string.Join(", ", JointPresets.All.Select(p => p.Name));
}
