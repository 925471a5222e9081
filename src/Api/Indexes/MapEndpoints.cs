using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Indexes;

/// <summary>An index as a map, and its patches by their rows.</summary>
public static class MapEndpoints
{
    private const string JsonType = "application/json", ArrowType = "application/vnd.apache.arrow.stream";
    private const int MostRows = 200;

    public static void MapPatchMap(this RouteGroupBuilder group)
    {
        group.MapGet("/{id}/map", Get).WithName("getIndexMap").WithSummary("Patches of an index as points of a plane, with their classes and clusters")
            .WithDescription(
                "Principal components of the vectors as the index keeps them: centred, not scaled. An index of more patches than `points` is sampled evenly by `seed`; " +
                "`sampled`, `count` and `total` say so, and axes and clusters are computed from at most 20,000 of the points (`fitted`). Each component's sign is " +
                "fixed: the largest value of its direction is positive. Clusters are those of spherical k-means on the whole vectors, 0 the largest. " +
                "In columns as JSON (`encoding=base64` for little-endian float32 and int32), or a row a patch with `Accept: text/csv` or " +
                "`application/vnd.apache.arrow.stream`, or `format`. The same question has the same answer and ETag as long as the index lives.")
            .Produces<PatchMap>(StatusCodes.Status200OK, JsonType, ArrowType, Csv.MediaType).Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status406NotAcceptable)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/{id}/patches", Patches).WithName("getIndexPatches").WithSummary("Image, box, class and crop of some patches of an index, by their rows")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    public static async Task<IResult> Get(string id, [AsParameters] MapQuery query, MapAnswers maps, HttpContext http, CancellationToken cancellationToken)
    {
        var question = MapQuestion.Parse(query, () => Negotiation.Choose(http.Request, JsonType, ArrowType, Csv.MediaType) switch
        {
            ArrowType => MapFormat.Arrow,
            Csv.MediaType => MapFormat.Csv,
            _ => MapFormat.Json,
        });
        var known = http.Request.GetTypedHeaders().IfNoneMatch;
        var (map, tag) = await maps.MapAsync(id, question, made => known.Any(t => t.Tag == $"\"{made}\"" || t == EntityTagHeaderValue.Any), cancellationToken);
        http.Response.Headers.ETag = $"\"{tag}\"";
        http.Response.Headers.CacheControl = "private, no-cache"; // it may be deleted: ask, and be told that nothing changed
        http.Response.Headers.Vary = HeaderNames.Accept;
        return map is null ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : question.Format switch
        {
            MapFormat.Csv => Csv.Stream("patchId,imageId,class,cluster,x,y", Lines(map).ToAsyncEnumerable(), $"{id}-map.csv"),
            MapFormat.Arrow => TypedResults.Stream(body => MapArrow.WriteAsync(map, body, cancellationToken), ArrowType, $"{id}-map.arrows"),
            _ => TypedResults.Ok(map),
        };
    }

    /// <param name="rows">1 to 200 rows, separated by commas (default 0): a patch's row is image × patches an image + grid place.</param>
    public static async Task<Ok<PatchItems>> Patches(string id, MapAnswers maps, CancellationToken cancellationToken, [DefaultValue("0")] string rows = "0")
    {
        var numbers = new List<long>();
        var errors = new FieldErrors();
        foreach (var text in rows.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) numbers.Add(number);
            else errors.Add("rows", $"rows has '{Problems.Shown(text)}', which is no row.");
        }
        if (!errors.Any && numbers.Count is < 1 or > MostRows) errors.Add("rows", $"rows has {numbers.Count} rows: allowed is 1 to {MostRows}.");
        errors.Throw();
        return TypedResults.Ok(await maps.PatchesAsync(id, numbers, cancellationToken));
    }

    private static IEnumerable<IEnumerable<string>> Lines(PatchMap map)
    {
        var p = map.Points;
        for (var i = 0; i < map.Count; i++)
        {
            yield return
            [
                PatchId(map, i), $"{map.DatasetId}-{Whole(p.Image.Values[i])}", p.Class.Values[i] < 0 ? "" : Csv.Cell(map.Classes[p.Class.Values[i]]),
                map.Clusters == 0 ? "" : Whole(p.Cluster.Values[i]), p.X.Values[i].ToString("R", CultureInfo.InvariantCulture), p.Y.Values[i].ToString("R", CultureInfo.InvariantCulture),
            ];
        }
    }

    internal static string PatchId(PatchMap map, int point) =>
        $"{map.Index}-{Whole((long)map.Points.Image.Values[point] * map.PatchesPerImage + map.Points.Patch.Values[point])}";

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}
