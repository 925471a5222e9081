using System.Globalization;
using System.Text;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

/// <summary>
/// Addresses of the API, relative to the server, so that a server below a path of a proxy works too.
/// Ids are escaped; nothing else builds an address.
/// </summary>
public static class ApiRoutes
{
    /// <summary>Prefix of every resource.</summary>
    public const string Base = "api/v1";

    public const string Datasets = Base + "/datasets";
    public const string DatasetUpload = Datasets + "/upload";
    public const string Recipes = Base + "/recipes";
    public const string Runs = Base + "/runs";
    public const string Models = Base + "/models";
    public const string Embeddings = Base + "/embeddings";
    public const string Indexes = Base + "/indexes";
    public const string Evaluations = Base + "/evaluations";
    public const string Explanations = Base + "/explanations";
    public const string Comparisons = Base + "/comparisons";
    public const string ClosedForm = Base + "/explanations/closed-form";
    public const string ClosedFormPresets = ClosedForm + "/presets";
    public const string Jobs = Base + "/jobs";
    public const string Demo = Base + "/demo";
    public const string System = Base + "/system";
    public const string Session = Base + "/session";

    /// <summary>Hub of live runs.</summary>
    public const string RunHub = "hubs/runs";

    /// <summary>The interactive documentation.</summary>
    public const string Swagger = "swagger";

    public static string Dataset(string id) => $"{Datasets}/{Escape(id)}";
    public static string DatasetImages(string id) => $"{Dataset(id)}/images";
    public static string DatasetSkipped(string id) => $"{Dataset(id)}/skipped";
    public static string Image(string id) => $"{Base}/images/{Escape(id)}";
    public static string ImageContent(string id) => $"{Image(id)}/content";

    /// <param name="size">Longest side in pixels.</param>
    public static string Thumbnail(string imageId, int size) => $"{Image(imageId)}/thumbnail?size={size}";

    /// <param name="size">Side of the square answer in pixels.</param>
    public static string Patch(string imageId, Box box, int size) => WithQuery($"{Image(imageId)}/patch",
        ("x", Number(box.X)), ("y", Number(box.Y)), ("width", Number(box.Width)), ("height", Number(box.Height)), ("size", Whole(size)));

    public static string Run(string id) => $"{Runs}/{Escape(id)}";
    public static string RunMetrics(string id) => $"{Run(id)}/metrics";

    /// <summary>Every point of the run as CSV.</summary>
    public static string RunMetricsCsv(string id) => $"{RunMetrics(id)}?raw=true";
    public static string RunSpectrum(string id) => $"{Run(id)}/spectrum";

    /// <summary>Every spectrum kept of the run, as CSV.</summary>
    public static string RunSpectrumCsv(string id) => $"{RunSpectrum(id)}?raw=true";

    /// <summary>Every spectrum kept of the run, as JSON.</summary>
    public static string RunSpectrumAll(string id) => $"{RunSpectrum(id)}?count=64";
    public static string RunCheckpoints(string id) => $"{Run(id)}/checkpoints";
    public static string RunLog(string id) => $"{Run(id)}/log";
    public static string CheckpointContent(string id) => $"{Base}/checkpoints/{Escape(id)}/content";
    public static string Model(string id) => $"{Models}/{Escape(id)}";
    public static string ModelContent(string id) => $"{Model(id)}/content";
    public static string Index(string id) => $"{Indexes}/{Escape(id)}";
    public static string Neighbours(string indexId) => $"{Index(indexId)}/neighbours";
    public static string NeighbourBatch(string indexId) => $"{Neighbours(indexId)}/batch";
    public static string Similarity(string indexId) => $"{Index(indexId)}/similarity";
    public static string IndexMap(string indexId) => $"{Index(indexId)}/map";

    /// <param name="format">json, csv or arrow.</param>
    public static string IndexMap(string indexId, MapRequest request, string? format = null, bool base64 = false) => WithQuery(IndexMap(indexId),
        ("points", Whole(request.Points)), ("seed", Whole(request.Seed)), ("components", $"{Whole(request.X)},{Whole(request.Y)}"),
        ("clusters", Whole(request.Clusters)), ("format", format), ("encoding", base64 ? "base64" : null));

    public static string IndexPatches(string indexId) => $"{Index(indexId)}/patches";
    public static string Evaluation(string id) => $"{Evaluations}/{Escape(id)}";

    /// <summary>A finished evaluation as CSV.</summary>
    public static string EvaluationCsv(string id) => $"{Evaluation(id)}/csv";

    /// <summary>The finished evaluations of the list as CSV.</summary>
    public static string EvaluationsCsv(string? filter = null) => WithQuery($"{Evaluations}/csv", ("filter", filter));

    public static string Explanation(string id) => $"{Explanations}/{Escape(id)}";

    /// <summary>A finished report's figures as CSV.</summary>
    public static string ExplanationCsv(string id) => $"{Explanation(id)}/csv";

    public static string Comparison(string id) => $"{Comparisons}/{Escape(id)}";

    /// <summary>Every score of a comparison as CSV.</summary>
    public static string ComparisonCsv(string id) => $"{Comparison(id)}/csv";

    /// <summary>The comparison's table, verdicts and protocol as Markdown.</summary>
    public static string ComparisonMarkdown(string id) => $"{Comparison(id)}/markdown";
    public static string Job(string id) => $"{Jobs}/{Escape(id)}";

    /// <summary>Appends the parameters that have a value.</summary>
    public static string WithQuery(string route, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var address = new StringBuilder(route);
        var separator = route.Contains('?') ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (string.IsNullOrEmpty(value)) continue;
            address.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return address.ToString();
    }

    internal static string? Whole(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    internal static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string id) => Uri.EscapeDataString(id);
}
