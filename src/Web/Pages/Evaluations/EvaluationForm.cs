using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Evaluations;

/// <summary>What a person fills in to have a model evaluated.</summary>
public sealed class EvaluationForm
{
    public EvaluationKind Kind { get; set; } = EvaluationKind.Sweep;
    public string? Model { get; set; }
    public string? Dataset { get; set; }
    public HashSet<VectorKind> Spaces { get; } = [VectorKind.Embedding, VectorKind.Hidden, VectorKind.Projection];

    /// <summary>Numbers of patches; 0 for the whole image, which a sweep measures anyway.</summary>
    public HashSet<int> Counts { get; } = [1, 4, 16, 49, 256];
    public PatchProtocol Protocol { get; set; }

    /// <summary>Empty for the dataset's own split.</summary>
    public string Train { get; set; } = "";
    public string Test { get; set; } = "";

    /// <summary>None for all.</summary>
    public IReadOnlyCollection<string> Classes { get; set; } = [];
    public int MaxTrainImages { get; set; }
    public int MaxTestImages { get; set; }

    /// <summary>For example <c>200 0.1, 20 0.07</c>; empty for just these.</summary>
    public string Neighbours { get; set; } = "";
    public long Seed { get; set; }
    public bool Baselines { get; set; } = true;

    /// <summary>Another kind has other sensible patches and spaces.</summary>
    public void Choose(EvaluationKind kind)
    {
        Kind = kind;
        Counts.Clear();
        Counts.UnionWith(kind == EvaluationKind.Sweep ? [1, 4, 16, 49, 256] : [16]);
        Spaces.Clear();
        Spaces.UnionWith(kind == EvaluationKind.Sweep ? Enum.GetValues<VectorKind>() : [VectorKind.Embedding]);
    }

    /// <summary>The requests: one for a sweep, otherwise one for each space and number of patches.</summary>
    /// <param name="model">Decides which of the chosen spaces there are.</param>
    /// <exception cref="FormatException">The kNN settings cannot be read.</exception>
    public IReadOnlyList<CreateEvaluation> Requests(Model model)
    {
        VectorKind[] spaces = [.. Choices.Spaces(model).Where(Spaces.Contains)];
        string[] patches = [.. Counts.OrderBy(n => n == 0).ThenBy(n => n).Select(Patches)];
        if (spaces.Length == 0 || patches.Length == 0 || Model is null || Dataset is null) return [];
        var common = new CreateEvaluation(
            Model, Dataset, Kind, Seed: Seed, Neighbours: Kind == EvaluationKind.Linear ? null : Settings(), Split: Split(), Baselines: Baselines);
        if (Kind == EvaluationKind.Sweep) return [common with { Protocol = Protocol, Sweep = new EvaluationSweep(spaces, patches) }];
        return [.. from space in spaces from p in patches select common with { Vectors = space, Patches = p }];
    }

    private string Patches(int count) => count == 0 ? "whole" : string.Create(CultureInfo.InvariantCulture, $"{(Protocol == PatchProtocol.Grid ? "grid" : "random")}:{count}");

    private EvaluationSplit? Split()
    {
        var split = new EvaluationSplit(
            Train.Length == 0 ? null : Train, Test.Length == 0 ? null : Test, Classes.Count == 0 ? null : [.. Classes.Order(StringComparer.Ordinal)], MaxTrainImages, MaxTestImages);
        return split == new EvaluationSplit() ? null : split;
    }

    private IReadOnlyList<KnnSetting>? Settings()
    {
        var pairs = Neighbours.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return pairs.Length == 0 ? null : [.. pairs.Select(Setting)];
    }

    private static KnnSetting Setting(string pair)
    {
        var parts = pair.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var k)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var temperature)
            ? new KnnSetting(k, temperature)
            : throw new FormatException($"'{pair}' is no kNN setting: write k and temperature, for example 200 0.1, 20 0.07.");
    }
}
