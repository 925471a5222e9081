using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using LabelCounts = PatchSsl.Core.Evaluation.LabelCounts;
using SplitPlan = PatchSsl.Core.Evaluation.SplitPlan;

namespace PatchSsl.Api.Evaluations;

/// <summary>What a request for an evaluation may ask for. Each rule adds to the errors, so that a caller learns all of them at once.</summary>
public static class EvaluationRules
{
    private const int MostPatches = 12, MostSettings = 8, MostNeighbours = 1_000;
    private const double LowestTemperature = .001, HighestTemperature = 10;

    private static readonly int[] SweepCounts = [1, 4, 16, 49, 256];

    /// <summary>Rules about the request alone.</summary>
    /// <returns>How its patches are taken.</returns>
    public static PatchProtocol Request(CreateEvaluation body, FieldErrors errors)
    {
        var sweep = body.Kind == EvaluationKind.Sweep;
        List<(string Field, string Text)> texts = sweep
            ? [.. (body.Sweep?.Patches ?? []).Select((p, i) => ($"sweep.patches[{i}]", p))]
            : [("patches", body.Patches)];
        var protocol = Protocol(body.Protocol, texts, errors);
        if (!sweep && body.Sweep is not null) errors.Add("sweep", $"sweep goes with kind sweep; kind is {Word(body.Kind)}.");
        if (sweep) Sweep(body.Sweep, errors);
        Neighbours(body, errors);
        return protocol;
    }

    private static PatchProtocol Protocol(PatchProtocol? asked, List<(string Field, string Text)> texts, FieldErrors errors)
    {
        PatchProtocol? found = asked;
        foreach (var (field, text) in texts)
        {
            if (!PatchChoice.TryParse(text, out var choice)) errors.Add(field, $"{field} is '{Problems.Shown(text)}': {PatchChoice.Allowed}.");
            else if (choice.Protocol is { } own && (found ??= own) != own)
                errors.Add(field, $"{field} is '{choice}', which does not go with {(asked is null ? "the patches before it" : $"protocol {Word(asked.Value)}")}.");
        }
        return found ?? PatchProtocol.Grid;
    }

    private static void Sweep(EvaluationSweep? sweep, FieldErrors errors)
    {
        if (sweep?.Vectors is { Count: 0 }) errors.Add("sweep.vectors", "sweep.vectors is empty: name a space, or leave it out for all that the model has.");
        if (sweep?.Patches is { Count: 0 or > MostPatches } patches)
            errors.Add("sweep.patches", $"sweep.patches has {patches.Count} entries; allowed is 1 to {MostPatches}.");
    }

    private static void Neighbours(CreateEvaluation body, FieldErrors errors)
    {
        if (body.Neighbours is not { } settings) return;
        if (body.Kind == EvaluationKind.Linear) errors.Add("neighbours", "neighbours goes with kinds knn and sweep; kind is linear.");
        if (settings.Count is 0 or > MostSettings) errors.Add("neighbours", $"neighbours has {settings.Count} entries; allowed is 1 to {MostSettings}.");
        if (settings.Distinct().Count() < settings.Count) errors.Add("neighbours", "neighbours names a setting twice.");
        for (var i = 0; i < settings.Count; i++)
        {
            var setting = settings[i];
            if (!KFits(setting)) errors.Add($"neighbours[{i}].k", $"k is {setting.K}; allowed is 1 to {MostNeighbours:N0}.");
            if (!TemperatureFits(setting))
            {
                errors.Add($"neighbours[{i}].temperature",
                    FormattableString.Invariant($"temperature is {setting.Temperature}; allowed is {LowestTemperature} to {HighestTemperature}."));
            }
        }
    }

    private static bool KFits(KnnSetting setting) => setting.K is >= 1 and <= MostNeighbours;

    private static bool TemperatureFits(KnnSetting setting) => setting.Temperature is >= LowestTemperature and <= HighestTemperature;

    /// <summary>Rules about the dataset's labels, the worker's own: enough classes, images on both sides, k no larger than the bank.</summary>
    public static void Labels(CreateEvaluation body, LabelCounts labels, FieldErrors errors)
    {
        // Settings out of range are told already.
        var settings = body.Neighbours is { Count: > 0 } asked && asked.All(s => KFits(s) && TemperatureFits(s)) ? asked.ToCore() : null;
        foreach (var problem in SplitPlan.Of(labels, body.Split.ToCore(), body.Kind.ToCore(), settings).Problems) errors.Add(problem.Field, problem.Text);
    }

    /// <summary>Rules about the model's spaces.</summary>
    public static void Spaces(CreateEvaluation body, EmbeddingModel model, FieldErrors errors)
    {
        var offered = Offered(model);
        List<(string Field, VectorKind Space)> asked = body.Kind == EvaluationKind.Sweep
            ? [.. (body.Sweep?.Vectors ?? []).Select((v, i) => ($"sweep.vectors[{i}]", v))]
            : [("vectors", body.Vectors)];
        foreach (var (field, space) in asked)
        {
            if (!offered.Contains(space))
                errors.Add(field, $"{field} is {Word(space)}, which model '{model.Id}' lacks; it has {string.Join(", ", offered.Select(Word))}.");
        }
    }

    /// <summary>A sweep with its defaults filled in: spaces in the order h, hidden, z; patches from few to many, the whole image always and last.</summary>
    public static EvaluationSweep Filled(EvaluationSweep? sweep, PatchProtocol protocol, EmbeddingModel model)
    {
        var choices = sweep?.Patches?.Select(p => PatchChoice.TryParse(p, out var choice) ? choice : default) ?? SweepCounts.Select(n => new PatchChoice(protocol, n));
        return new EvaluationSweep(
            [.. (sweep?.Vectors ?? Offered(model)).Distinct().Order()],
            [.. choices.Where(c => c.Count > 0).Distinct().OrderBy(c => c.Count).Append(default).Select(c => c.ToString())]);
    }

    private static IReadOnlyList<VectorKind> Offered(EmbeddingModel model) => [.. Enum.GetValues<VectorKind>().Where(model.Offers)];

    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
