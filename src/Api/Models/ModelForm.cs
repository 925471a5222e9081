using System.Globalization;
using PatchSsl.Api.Hosting;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Models;

/// <summary>The fields of an import beside its file, checked.</summary>
public sealed record ModelForm(string Name, EncoderInput Input)
{
    /// <exception cref="ProblemException">422 with everything that is wrong.</exception>
    public static ModelForm Parse(StagedUpload upload)
    {
        var errors = new FieldErrors();
        var name = (upload.Fields.GetValueOrDefault("name") ?? "").Trim();
        if (NameError(name) is { } error) errors.Add("name", error);
        if (upload.Sha256 is null) errors.Add("file", "file is missing: send the encoder as safetensors.");
        var input = new EncoderInput(
            (int?)Number("inputSize", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null),
            Number("patchScale", Real), Channels("mean"), Channels("deviation"));
        foreach (var (field, sentence) in input.Errors()) errors.Add(field, sentence);
        errors.Throw();
        return new ModelForm(name, input);

        string? Text(string field) => upload.Fields.TryGetValue(field, out var text) && text.Trim().Length > 0 ? text.Trim() : null;

        double? Number(string field, Func<string, double?> parse)
        {
            if (Text(field) is not { } text) return null;
            var number = parse(text);
            if (number is null) errors.Add(field, $"{field} is '{Problems.Shown(text)}', which is no number.");
            return number;
        }

        ChannelValues? Channels(string field)
        {
            if (Text(field) is not { } text) return null;
            var numbers = text.Trim('[', ']').Split(',').Select(Real).ToArray();
            if (numbers is [{ } all]) return new(all, all, all);
            if (numbers is [{ } red, { } green, { } blue]) return new(red, green, blue);
            errors.Add(field, $"{field} is '{Problems.Shown(text)}': allowed is one number, or three separated by commas.");
            return null;
        }
    }

    public static string? NameError(string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > 200 ? $"name has {name.Trim().Length} characters; allowed is 1 to 200." : null;

    private static double? Real(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
