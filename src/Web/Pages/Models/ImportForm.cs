using System.Globalization;

namespace PatchSsl.Web.Pages.Models;

/// <summary>What an encoder's training did to its pixels.</summary>
public enum Normalisation { Usual, ImageNet, Half, Own }

/// <summary>What a person says about an encoder beside its file.</summary>
public sealed class ImportForm
{
    public string Name { get; set; } = "";

    /// <summary>Null leaves it to the stem, as the next ones.</summary>
    public int? InputSize { get; set; }

    public double? PatchScale { get; set; }

    public Normalisation Normalisation { get; set; }

    /// <summary>For <see cref="Normalisation.Own"/>: as typed, the server reads it.</summary>
    public string Mean { get; set; } = "";

    /// <inheritdoc cref="Mean"/>
    public string Deviation { get; set; } = "";

    /// <summary>A choice in words.</summary>
    public static string Words(Normalisation choice) => choice switch
    {
        Normalisation.ImageNet => "ImageNet's",
        Normalisation.Half => "To −1 to 1",
        Normalisation.Own => "Values of your own",
        _ => "Usual for its stem",
    };

    /// <summary>What a choice means.</summary>
    public static string Explanation(Normalisation choice) => choice switch
    {
        Normalisation.ImageNet => "Mean 0.485, 0.456, 0.406, deviation 0.229, 0.224, 0.225",
        Normalisation.Half => "Mean 0.5, deviation 0.5",
        Normalisation.Own => "What its training took off pixels from 0 to 1, and divided them by",
        _ => "ImageNet's for the ImageNet stem, −1 to 1 for CIFAR's",
    };

    /// <summary>The form's fields, those left to the server left out.</summary>
    public IReadOnlyDictionary<string, string> Fields()
    {
        var (mean, deviation) = Normalisation switch
        {
            Normalisation.ImageNet => ("0.485,0.456,0.406", "0.229,0.224,0.225"),
            Normalisation.Half => ("0.5", "0.5"),
            Normalisation.Own => (Mean.Trim(), Deviation.Trim()),
            _ => ("", ""),
        };
        (string Name, string? Value)[] fields =
        [
            ("name", Name.Trim()), ("inputSize", InputSize?.ToString(CultureInfo.InvariantCulture)),
            ("patchScale", PatchScale?.ToString("R", CultureInfo.InvariantCulture)), ("mean", mean), ("deviation", deviation),
        ];
        return fields.Where(f => !string.IsNullOrEmpty(f.Value)).ToDictionary(f => f.Name, f => f.Value!);
    }
}
