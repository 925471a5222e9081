using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Indexes;

/// <summary>A map as an Arrow stream, a row a patch; what is said of the map as a whole is in the schema's metadata.</summary>
internal static class MapArrow
{
    private const int BatchRows = 16_384;

    public static async Task WriteAsync(PatchMap map, Stream body, CancellationToken cancellationToken)
    {
        var schema = Schema(map);
        using var writer = new ArrowStreamWriter(body, schema, leaveOpen: true);
        await writer.WriteStartAsync(cancellationToken);
        for (var first = 0; first < map.Count; first += BatchRows)
        {
            using var batch = Batch(map, schema, first, Math.Min(BatchRows, map.Count - first));
            await writer.WriteRecordBatchAsync(batch, cancellationToken);
        }
        await writer.WriteEndAsync(cancellationToken);
    }

    private static Schema Schema(PatchMap map) => new(
    [
        new Field("patchId", StringType.Default, nullable: false), new Field("imageId", StringType.Default, nullable: false),
        new Field("class", StringType.Default, nullable: true), new Field("cluster", Int32Type.Default, nullable: true),
        new Field("x", FloatType.Default, nullable: false), new Field("y", FloatType.Default, nullable: false),
    ],
    new Dictionary<string, string>
    {
        ["index"] = map.Index,
        ["modelSha256"] = map.ModelSha256,
        ["vectors"] = Text(map.Vectors.ToString()),
        ["method"] = Text(map.Method.ToString()),
        ["total"] = Number(map.Total),
        ["sampled"] = map.Sampled ? "true" : "false",
        ["fitted"] = Number(map.Fitted),
        ["seed"] = Number(map.Seed),
        ["components"] = string.Join(',', map.Components.Select(Number)),
        ["explained"] = string.Join(',', map.Explained.Select(Number)),
    });

    private static RecordBatch Batch(PatchMap map, Schema schema, int first, int count)
    {
        var points = map.Points;
        var (patches, images, classes) = (new StringArray.Builder(), new StringArray.Builder(), new StringArray.Builder());
        var (clusters, x, y) = (new Int32Array.Builder(), new FloatArray.Builder(), new FloatArray.Builder());
        for (var i = first; i < first + count; i++)
        {
            patches.Append(MapEndpoints.PatchId(map, i));
            images.Append($"{map.DatasetId}-{Number(points.Image.Values[i])}");
            if (points.Class.Values[i] < 0) classes.AppendNull();
            else classes.Append(map.Classes[points.Class.Values[i]]);
            if (map.Clusters == 0) clusters.AppendNull();
            else clusters.Append(points.Cluster.Values[i]);
            x.Append(points.X.Values[i]);
            y.Append(points.Y.Values[i]);
        }
        return new RecordBatch(schema, [patches.Build(), images.Build(), classes.Build(), clusters.Build(), x.Build(), y.Build()], count);
    }

    private static string Text(string name) => name.ToLowerInvariant();

    private static string Number<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
