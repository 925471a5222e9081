using System.Globalization;
using System.Text.Json;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Compare;

/// <summary>What a budget counts.</summary>
public enum BudgetKind { Minutes, Steps, Patches }

/// <summary>What a person chose for a new comparison. Its defaults compare what the paper compares, at a size that the device can train.</summary>
public sealed class ComparisonForm
{
    private static readonly string[] Usual =
    [
        "bag-vicreg", "vicreg-multi-scale", "bag-simclr", "simclr-multi-scale", "bag-byol", "byol-multi-scale", "emp-ssl", "emp-ssl-multi-scale",
    ];

    /// <summary>What a processor trains within minutes.</summary>
    private const double Narrow = .25;
    private const string Small = "views 8, batchImages 64, projectorHidden 512, projectionDim 128, larsEta 0.005, warmup 0.05";

    public static IReadOnlyList<double> Widths { get; } = [1, .5, Narrow, .125];

    public static IReadOnlyList<int> Counts { get; } = [1, 4, 16, 49, 256];

    public string Name { get; set; } = "Bag table";

    public string? DatasetId { get; set; }

    public HashSet<string> Recipes { get; } = [];

    public BudgetKind Kind { get; private set; }

    public double Amount { get; set; } = 10;

    public double Width { get; set; } = 1;

    public HashSet<int> Patches { get; } = [1, 4, 16, 49];

    public int? MaxTrain { get; set; }

    public int? MaxTest { get; set; }

    public long? Seed { get; set; }

    /// <summary>Other recipe fields as text: views 8, batchImages 64.</summary>
    public string Fields { get; set; } = "";

    public string Unit => Kind switch { BudgetKind.Minutes => "Minutes", BudgetKind.Steps => "Steps", _ => "Patches" };

    /// <summary>Sets the defaults for what the server has.</summary>
    /// <param name="device">The server's: a narrow encoder and small batches where it is a processor.</param>
    public void Begin(Dataset? dataset, IReadOnlyList<Recipe> recipes, string device)
    {
        DatasetId = dataset?.Id;
        Name = dataset is null ? Name : $"Bag table of {dataset.Name}"[..Math.Min(150, dataset.Name.Length + 13)];
        Recipes.UnionWith(Usual.Intersect(recipes.Select(r => r.Name)));
        if (!device.StartsWith("cuda", StringComparison.OrdinalIgnoreCase)) (Width, Fields) = (Narrow, Small);
    }

    /// <summary>Another kind of budget, with an amount that is usual for it.</summary>
    public void Choose(BudgetKind kind)
    {
        if (kind == Kind) return;
        (Kind, Amount) = (kind, kind switch { BudgetKind.Minutes => 10, BudgetKind.Steps => 1_000, _ => 1_000_000 });
    }

    /// <param name="order">Recipes in the order of training.</param>
    public CreateComparison ToRequest(IReadOnlyList<string> order) => new(
        Name.Trim(), DatasetId!, [.. order.Where(Recipes.Contains).OrderBy(name => Array.IndexOf(Usual, name) is >= 0 and var place ? place : int.MaxValue)], Overrides(), null,
        Kind switch
        {
            BudgetKind.Minutes => new ComparisonBudget(Minutes: Amount),
            BudgetKind.Steps => new ComparisonBudget(Steps: (long)Amount),
            _ => new ComparisonBudget(Patches: (long)Amount),
        },
        new ComparisonEvaluation([.. Patches.Order()], Split: MaxTrain is null && MaxTest is null ? null : new EvaluationSplit(MaxTrainImages: MaxTrain ?? 0, MaxTestImages: MaxTest ?? 0)),
        Seed);

    private Dictionary<string, JsonElement> Overrides()
    {
        var fields = new Dictionary<string, JsonElement>();
        if (Width != 1) fields["width"] = JsonDocument.Parse(Width.ToString("R", CultureInfo.InvariantCulture)).RootElement;
        foreach (var pair in Fields.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = pair.Split([' ', '=', ':'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var text = words.Length > 1 ? words[1] : "";
            // What is no number is left to the server, which knows every field.
            var json = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? number.ToString("R", CultureInfo.InvariantCulture)
                : text is "true" or "false" ? text : $"\"{JsonEncodedText.Encode(text)}\"";
            fields[words[0]] = JsonDocument.Parse(json).RootElement;
        }
        return fields;
    }
}
