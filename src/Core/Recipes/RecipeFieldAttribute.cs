namespace PatchSsl.Core.Recipes;

/// <summary>What a recipe's field means and may be: validation, the API's list of fields and the docs are all read from here.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RecipeFieldAttribute(string group, string description) : Attribute
{
    /// <summary>Heading it is shown under.</summary>
    public string Group { get; } = group;

    /// <summary>One sentence with its unit.</summary>
    public string Description { get; } = description;

    /// <summary>Smallest allowed value; NaN for none.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>Largest allowed value; NaN for none.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>Allowed values of a choice; null for a number or a switch.</summary>
    public string[]? Choices { get; init; }

    /// <summary>Paper or code the default is taken from.</summary>
    public string? Source { get; init; }
}
