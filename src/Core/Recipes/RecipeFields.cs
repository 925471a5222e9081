using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace PatchSsl.Core.Recipes;

/// <summary>A field of a recipe as the API shows it.</summary>
/// <param name="Name">camelCase, as in overrides.</param>
/// <param name="Type">integer, number, boolean or choice.</param>
/// <param name="Default">The named recipe's own value.</param>
/// <param name="Value">The value in use.</param>
/// <param name="Min">Smallest allowed value, of a number.</param>
/// <param name="Max">Largest allowed value, of a number.</param>
/// <param name="Choices">Allowed values, of a choice.</param>
public sealed record RecipeFieldInfo(
    string Name, string Group, string Type, object Value, object Default, double? Min, double? Max, IReadOnlyList<string>? Choices,
    string Description, string? Source);

/// <summary>The fields of <see cref="Recipe"/>, read once from its properties.</summary>
public static class RecipeFields
{
    private static readonly Field[] All =
    [
        .. from property in typeof(Recipe).GetProperties()
           let rule = property.GetCustomAttribute<RecipeFieldAttribute>()
           where rule is not null
           orderby property.MetadataToken
           select new Field(JsonNamingPolicy.CamelCase.ConvertName(property.Name), property, rule),
    ];

    private static readonly Dictionary<string, Field> ByName = All.ToDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Every field with its value in <paramref name="recipe"/> beside the one in <paramref name="defaults"/>.</summary>
    public static IReadOnlyList<RecipeFieldInfo> Describe(Recipe recipe, Recipe defaults) =>
    [
        .. All.Select(field => new RecipeFieldInfo(
            field.Name, field.Rule.Group, field.Type, field.Shown(recipe), field.Shown(defaults), Bound(field.Rule.Min), Bound(field.Rule.Max),
            field.Rule.Choices, field.Rule.Description, field.Rule.Source)),
    ];

    /// <summary>Field by field: what the value in <paramref name="recipe"/> breaks.</summary>
    internal static IEnumerable<(string Field, string Error)> RangeErrors(Recipe recipe) =>
        from field in All
        let error = field.RangeError(field.Property.GetValue(recipe)!)
        where error is not null
        select (field.Name, error);

    /// <summary>Sets one field from JSON; returns what is wrong with it, or null.</summary>
    internal static string? Set(Recipe recipe, string name, JsonElement json)
    {
        if (!ByName.TryGetValue(name, out var field)) return "There is no such field in a recipe.";
        if (field.Read(json) is not { } value) return $"{Shorten(json)} is not {field.Wanted}.";
        field.Property.SetValue(recipe, value);
        return null;
    }

    private static double? Bound(double value) => double.IsNaN(value) ? null : value;

    private static string Shorten(JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.Undefined ? "nothing" : json.GetRawText();
        return text.Length <= 40 ? text : text[..40] + "…";
    }

    private sealed record Field(string Name, PropertyInfo Property, RecipeFieldAttribute Rule)
    {
        public string Type => Rule.Choices is not null ? "choice"
            : Property.PropertyType == typeof(int) ? "integer"
            : Property.PropertyType == typeof(double) ? "number"
            : "boolean";

        public string Wanted => Type switch
        {
            "choice" => $"one of {string.Join(", ", Rule.Choices!)}",
            "integer" => "a whole number",
            "number" => "a number",
            _ => "true or false",
        };

        /// <summary>The value for JSON: a choice is text even where the property is a number.</summary>
        public object Shown(Recipe recipe)
        {
            var value = Property.GetValue(recipe)!;
            return Type == "choice" ? Convert.ToString(value, CultureInfo.InvariantCulture)! : value;
        }

        /// <summary>The JSON as the property's type, or null where it is another kind of value.</summary>
        public object? Read(JsonElement json)
        {
            if (Property.PropertyType == typeof(bool)) return json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : null;
            if (Property.PropertyType == typeof(string)) return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
            if (Type == "choice" && json.ValueKind == JsonValueKind.String)
            {
                return int.TryParse(json.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var choice) ? choice : null;
            }
            if (json.ValueKind != JsonValueKind.Number || !json.TryGetDouble(out var number) || !double.IsFinite(number)) return null;
            if (Property.PropertyType == typeof(double)) return number;
            return number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;
        }

        public string? RangeError(object value)
        {
            if (Rule.Choices is { } choices)
            {
                var text = Convert.ToString(value, CultureInfo.InvariantCulture);
                return choices.Contains(text) ? null : $"{text} is not {Wanted}.";
            }
            if (value is bool) return null;
            var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            // A NaN is inside no range.
            if (number >= Rule.Min && number <= Rule.Max) return null;
            return string.Create(CultureInfo.InvariantCulture, $"{number} is outside {Rule.Min} to {Rule.Max}.");
        }
    }
}
