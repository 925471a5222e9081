using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class MapTests(AnswersFixture answers)
{
    private const int Patches = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private ApiClient Api => answers.Server.Api;
    private string Index => answers.Index.Id;
    private string Address => $"api/v1/indexes/{Index}/map";

    [Fact]
    public async Task A_small_index_is_shown_whole_along_its_widest_directions()
    {
        var map = await Api.GetMapAsync(Index, new MapRequest(), Cancel);
        Assert.Equal((240L, 240, false, 240), (map.Total, map.Count, map.Sampled, map.Fitted));
        Assert.Equal((answers.Dataset.Id, answers.Model, Patches, 10), (map.DatasetId, map.Model, map.PatchesPerImage, map.Clusters));
        Assert.Equal(answers.Dataset.Classes, map.Classes);
        Assert.Equal(Enumerable.Range(0, 240), map.Points.Image.Values.Zip(map.Points.Patch.Values, (image, patch) => image * Patches + patch));
        Assert.Equal(map.Explained.OrderDescending(), map.Explained);

        // Shares times the whole variance are the variances of the columns, which do not vary together.
        using var index = IndexFile.Open(Path.Combine(answers.Server.Data, "indexes", $"{Index}.index"));
        var rows = Enumerable.Range(0, 240).Select(r => index.Vector(r)).ToList();
        var whole = Enumerable.Range(0, index.Dim).Sum(d => Variance([.. rows.Select(r => r[d])]));
        Assert.Equal(map.Explained[0], Variance(map.Points.X.Values) / whole, 1e-4);
        Assert.Equal(map.Explained[1], Variance(map.Points.Y.Values) / whole, 1e-4);
        Assert.Equal(0, map.Points.X.Values.Zip(map.Points.Y.Values, (x, y) => (double)x * y).Average() / whole, 1e-4);
    }

    [Fact]
    public async Task A_sample_says_so_and_is_the_seeds()
    {
        var request = new MapRequest(100, Seed: 5, X: 2, Y: 3, Clusters: 4);
        var map = await Api.GetMapAsync(Index, request, Cancel);
        Assert.Equal((240L, 100, true, 100, 5L), (map.Total, map.Count, map.Sampled, map.Fitted, map.Seed));
        Assert.Equal([0, 1, 2, 3], map.Points.Cluster.Values.Distinct().Order());
        Assert.Equal([100, 100, 100, 100, 100, 100], new[] { map.Points.X.Values.Length, map.Points.Y.Values.Length, map.Points.Image.Values.Length, map.Points.Patch.Values.Length, map.Points.Class.Values.Length, map.Points.Cluster.Values.Length });
        Assert.Equal(map.Points.Image.Values, (await Api.GetMapAsync(Index, request, Cancel)).Points.Image.Values);
        Assert.NotEqual(map.Points.Image.Values, (await Api.GetMapAsync(Index, request with { Seed = 6 }, Cancel)).Points.Image.Values);
        var first = await Api.GetMapAsync(Index, request with { X = 3, Y = 1, Clusters = 0 }, Cancel);
        Assert.Equal(map.Points.Y.Values, first.Points.X.Values);
        Assert.Equal((0, 0), (first.Clusters, first.Points.Cluster.Values.Length));
    }

    [Fact]
    public async Task Json_arrays_base64_csv_and_arrow_hold_the_same()
    {
        var map = await Api.GetMapAsync(Index, new MapRequest(50, Clusters: 3), Cancel);
        var question = "?points=50&clusters=3";
        var json = JsonNode.Parse(await answers.Server.Http.GetStringAsync(Address + question, Cancel))!;
        Assert.Equal(map.Points.X.Values, json["points"]!["x"]!.AsArray().Select(v => (float)v!));
        Assert.Equal(map.Points.Cluster.Values, json["points"]!["cluster"]!.AsArray().Select(v => (int)v!));

        var lines = (await answers.Server.Http.GetStringAsync(Address + question + "&format=csv", Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("patchId,imageId,class,cluster,x,y", 51), (lines[0], lines.Length));
        var cells = lines[50].Split(',');
        var row = map.Points.Image.Values[49] * Patches + map.Points.Patch.Values[49];
        Assert.Equal([$"{Index}-{row}", $"{map.DatasetId}-{map.Points.Image.Values[49]}", map.Classes[map.Points.Class.Values[49]], $"{map.Points.Cluster.Values[49]}"], cells[..4]);
        Assert.Equal(map.Points.Y.Values[49], float.Parse(cells[5], System.Globalization.CultureInfo.InvariantCulture));

        using var answer = await AskAsync(question, "application/vnd.apache.arrow.stream");
        Assert.Equal("application/vnd.apache.arrow.stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new ArrowStreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        using var batch = await reader.ReadNextRecordBatchAsync(Cancel);
        Assert.Equal("240", reader.Schema.Metadata["total"]);
        Assert.Equal(map.Points.X.Values, ((FloatArray)batch.Column("x")).Values.ToArray());
        Assert.Equal(map.Points.Cluster.Values, ((Int32Array)batch.Column("cluster")).Values.ToArray());
        Assert.Equal(cells[0], ((StringArray)batch.Column("patchId")).GetString(49));
        Assert.Equal(cells[2], ((StringArray)batch.Column("class")).GetString(49));
        Assert.Null(await reader.ReadNextRecordBatchAsync(Cancel));
    }

    [Fact]
    public async Task Who_has_it_already_is_told_that_nothing_changed()
    {
        using var first = await AskAsync("?points=60", "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Address}?points=60");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await answers.Server.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var other = await AskAsync("?points=61", "application/json");
        using var csv = await AskAsync("?points=60", "text/csv");
        Assert.Equal(3, new[] { first, other, csv }.Select(r => r.Headers.ETag!.Tag).Distinct().Count());
    }

    [Theory]
    [InlineData("?points=0", 422, "points")]
    [InlineData("?points=200001", 422, "points")]
    [InlineData("?clusters=1", 422, "clusters")]
    [InlineData("?clusters=51", 422, "clusters")]
    [InlineData("?components=1", 422, "components")]
    [InlineData("?components=2,2", 422, "components")]
    [InlineData("?components=1,11", 422, "components")]
    [InlineData("?components=a,b", 422, "components")]
    [InlineData("?method=umap", 422, "method")]
    [InlineData("?encoding=hex", 422, "encoding")]
    [InlineData("?format=xls", 422, "format")]
    [InlineData("?points=many", 400, null)]
    public async Task What_cannot_be_drawn_names_the_field(string query, int status, string? field)
    {
        var problem = await answers.Server.RefusedAsync(HttpMethod.Get, Address + query);
        Assert.Equal(status, problem.Status);
        if (field is not null) Assert.Contains(field, problem.Errors!.Keys);
    }

    [Fact]
    public async Task Other_formats_and_other_indexes_are_refused()
    {
        using var picture = await AskAsync("", "image/png");
        Assert.Equal(HttpStatusCode.NotAcceptable, picture.StatusCode);
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Get, "api/v1/indexes/idx_none/map")).Status);
        Assert.Equal(409, (await answers.Server.RefusedAsync(HttpMethod.Get, $"api/v1/indexes/{await answers.AddIndexAsync(ResourceState.Building)}/map")).Status);
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Get, "api/v1/indexes/idx_none/patches")).Status);
    }

    [Fact]
    public async Task Patches_are_described_by_their_rows()
    {
        var items = await Api.GetPatchesAsync(Index, [9, 0], Cancel);
        var found = await Api.FindNeighboursAsync(Index, new NeighbourRequest(new NeighbourQuery(PatchId: $"{Index}-9"), 1), Cancel);
        var nine = found.Items[0];
        Assert.Equal([9L, 0L], items.Select(i => i.Row));
        Assert.Equal((nine.PatchId, nine.ImageId, nine.ImageName, nine.Class, nine.Box, nine.Thumbnail), (items[0].PatchId, items[0].ImageId, items[0].ImageName, items[0].Class, items[0].Box, items[0].Thumbnail));
        foreach (var rows in new[] { "240", "-1", "x", ",", string.Join(',', Enumerable.Range(0, 201)) })
        {
            var problem = await answers.Server.RefusedAsync(HttpMethod.Get, $"api/v1/indexes/{Index}/patches?rows={rows}");
            Assert.Equal((422, true), (problem.Status, problem.Errors!.ContainsKey("rows")));
        }
    }

    private Task<HttpResponseMessage> AskAsync(string query, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Address + query);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return answers.Server.Http.SendAsync(request, Cancel);
    }

    private static double Variance(float[] values)
    {
        var mean = values.Average(v => (double)v);
        return values.Average(v => (v - mean) * (v - mean));
    }
}
