using System.Globalization;
using System.Text.Json;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Runs;

/// <summary>What a person typed for a new run. Values stay text until the server judges them: it knows every rule.</summary>
public sealed class RunForm(Recipe recipe)
{
    private readonly Dictionary<string, string> _texts = recipe.Fields.ToDictionary(f => f.Name, f => Text(f.Value));

    public Recipe Recipe { get; } = recipe;

    public IEnumerable<IGrouping<string, RecipeField>> Groups => Recipe.Fields.GroupBy(f => f.Group);

    /// <summary>Fields that differ from the recipe.</summary>
    public int Changed => Recipe.Fields.Count(IsChanged);

    public string this[RecipeField field]
    {
        get => _texts[field.Name];
        set => _texts[field.Name] = value;
    }

    public bool IsChanged(RecipeField field) => _texts[field.Name].Trim() != Text(field.Default);

    public void Reset(RecipeField field) => _texts[field.Name] = Text(field.Default);

    /// <summary>The changed fields as JSON: numbers where they read as numbers, else the text, for the server to refuse by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Overrides() =>
        Recipe.Fields.Where(IsChanged).ToDictionary(f => f.Name, f => Json(f, _texts[f.Name].Trim()));

    /// <summary>1 to 100, from 1, up to 100; empty without a range.</summary>
    public static string Range(RecipeField field) => (field.Min, field.Max) switch
    {
        ({ } min, { } max) => $"{Number(min)} to {Number(max)}",
        ({ } min, null) => $"from {Number(min)}",
        (null, { } max) => $"up to {Number(max)}",
        _ => "",
    };

    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => Number(value.GetDouble()),
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    };

    private static JsonElement Json(RecipeField field, string text)
    {
        // A choice between numbers travels as the kind its default has.
        var number = field.Type is "integer" or "number" || field.Default.ValueKind == JsonValueKind.Number;
        if (number && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            using var document = JsonDocument.Parse(value.ToString("R", CultureInfo.InvariantCulture));
            return document.RootElement.Clone();
        }
        if (field.Type == "boolean" && bool.TryParse(text, out var on))
            using (var document = JsonDocument.Parse(on ? "true" : "false")) return document.RootElement.Clone();
        using (var document = JsonDocument.Parse($"\"{JsonEncodedText.Encode(text)}\"")) return document.RootElement.Clone();
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) is >= 1e-4 and < 1e15 ? "0.##########" : "R", CultureInfo.InvariantCulture);
}
