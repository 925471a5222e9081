using System.Globalization;
using System.Text.Json;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Indexes;

/// <summary>A query that comes as an uploaded image, and what is asked of it.</summary>
/// <param name="Box">Part of the upright image; null for all of it.</param>
public sealed record UploadedQuery(UploadedFile File, Box? Box, SmallForm Form)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <exception cref="ProblemException">422: no file, or a box that cannot be read; or as <see cref="SmallForm.ReadAsync(HttpRequest, int, long, CancellationToken)"/>.</exception>
    public static async Task<UploadedQuery> ReadAsync(HttpRequest request, LimitsOptions limits, CancellationToken cancellationToken)
    {
        var form = await SmallForm.ReadAsync(request, 1, limits.RequestBytes, cancellationToken);
        var errors = new FieldErrors();
        if (form.Files.Count == 0) errors.Add("file", "file is missing: send one image.");
        var box = Field<Box?>(form, "box", null, text => JsonSerializer.Deserialize<Box>(text, Json), errors);
        errors.Throw();
        return new UploadedQuery(form.Files[0], box, form);
    }

    /// <summary>The id of a stored image that the form names; null for none.</summary>
    public string? ImageId => Form.Fields.TryGetValue("imageId", out var id) && id.Length > 0 ? id : null;

    /// <summary>A search by the form's fields; it has all of <see cref="NeighbourRequest"/> but what asks for a stored image.</summary>
    /// <exception cref="ProblemException">422 with every field that cannot be read.</exception>
    public NeighbourRequest Search()
    {
        var errors = new FieldErrors();
        double? Score(string name) => Field<double?>(Form, name, null, text => double.Parse(text, CultureInfo.InvariantCulture), errors);
        var request = new NeighbourRequest(
            new NeighbourQuery(), Field(Form, "k", 20, text => int.Parse(text, CultureInfo.InvariantCulture), errors),
            OnePerImage: Field(Form, "onePerImage", false, bool.Parse, errors),
            Filter: new NeighbourFilter(Names("classes", errors), Names("datasetIds", errors)),
            MinScore: Score("minScore"), MaxScore: Score("maxScore"),
            Order: errors.Choice("order", Form.Fields.GetValueOrDefault("order"), NeighbourOrder.Nearest));
        errors.Throw();
        return request;
    }

    /// <summary>Several names: separated by commas, or as a JSON array where a name holds one.</summary>
    private string[]? Names(string name, FieldErrors errors) => Field<string[]?>(
        Form, name, null,
        text => text.StartsWith('[') ? JsonSerializer.Deserialize<string[]>(text) : text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        errors);

    private static T Field<T>(SmallForm form, string name, T absent, Func<string, T> parse, FieldErrors errors)
    {
        if (!form.Fields.TryGetValue(name, out var text) || text.Length == 0) return absent;
        try
        {
            return parse(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException or JsonException)
        {
            errors.Add(name, $"{name} is '{Problems.Shown(text)}', which cannot be read.");
            return absent;
        }
    }
}
