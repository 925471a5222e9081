using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Client.Similarity;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class SimilarityTests(AnswersFixture answers)
{
    private const int Side = 32, Patch = 9;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private ApiClient Api => answers.Server.Api;
    private string Index => answers.Index.Id;
    private string Path => $"api/v1/indexes/{Index}/similarity";
    private SimilarityRequest Request => new(new NeighbourQuery(PatchId: $"{Index}-{Patch}"), $"{answers.Dataset.Id}-7");

    [Fact]
    public async Task The_numpy_array_holds_the_scores_of_the_cells()
    {
        var map = await Api.GetSimilarityAsync(Index, Request, Cancel);
        var npy = await BytesAsync("application/x-npy");
        Assert.StartsWith("\u0093NUMPY", Encoding.Latin1.GetString(npy));
        Assert.Contains("'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)", Encoding.Latin1.GetString(npy));
        var values = npy[^16..];
        Assert.Equal(map.Cells.Select(c => (float)c.Score), Enumerable.Range(0, 4).Select(i => BitConverter.ToSingle(values, 4 * i)));
        Assert.Equal(map.Cells.Max(c => c.Score), map.Cells[map.Best].Score);
    }

    [Theory]
    [InlineData("unit")]
    [InlineData("signed")]
    public async Task The_picture_has_the_colours_of_the_dashboard(string scale)
    {
        var map = await Api.GetSimilarityAsync(Index, Request, Cancel);
        var picture = ImageDecoder.Decode(await BytesAsync("image/png", $"?opacity=1&outline=false&scale={scale}"), new ImportLimits());
        Assert.Equal((256, 256), (picture.Width, picture.Height));
        var colours = scale == "unit" ? ScoreScale.Unit : ScoreScale.Signed;
        for (var cell = 0; cell < 4; cell++)
        {
            var at = ((64 + 128 * (cell / 2)) * 256 + 64 + 128 * (cell % 2)) * 3;
            var (r, g, b) = colours.Rgb(map.Cells[cell].Score);
            Assert.Equal([r, g, b], picture.Rgb[at..(at + 3)]);
        }
    }

    [Fact]
    public async Task Without_opacity_the_image_itself_shows_and_the_best_patch_is_framed()
    {
        var map = await Api.GetSimilarityAsync(Index, Request, Cancel);
        using var store = ImageStore.Open(System.IO.Path.Combine(answers.Server.Data, "datasets", answers.Dataset.Id));
        var plain = ImageDecoder.Decode(await BytesAsync("image/png", "?opacity=0&outline=false"), new ImportLimits());
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                Assert.Equal(store.Pixels(7).Slice((y * Side + x) * 3, 3).ToArray(), plain.Rgb.AsSpan((y * 8 * 256 + x * 8) * 3, 3).ToArray());

        var framed = ImageDecoder.Decode(await BytesAsync("image/png", "?opacity=0"), new ImportLimits());
        var box = map.Cells[map.Best].Box;
        var corner = ((int)box.Y * 8 * 256 + (int)box.X * 8) * 3;
        Assert.Equal([0, 0, 0], framed.Rgb[corner..(corner + 3)]);
        var inside = (((int)box.Y * 8 + 1) * 256 + (int)box.X * 8 + 1) * 3;
        Assert.Equal([255, 255, 255], framed.Rgb[inside..(inside + 3)]);
    }

    [Fact]
    public async Task An_upload_is_scored_against_a_stored_image_or_itself()
    {
        using var store = ImageStore.Open(System.IO.Path.Combine(answers.Server.Data, "datasets", answers.Dataset.Id));
        var png = HeatOverlay.Png(store.Pixels(2), Side, Side, [], 0, null); // eight times as large, and no pixel lost
        UploadFile File() => new("x.png", new MemoryStream(png));
        var stored = (await Api.GetSimilarityAsync(Index, new SimilarityRequest(new NeighbourQuery(PatchId: $"{Index}-{Patch}"), $"{answers.Dataset.Id}-2"), Cancel)).Cells;
        var box = stored[Patch % 4].Box;
        var enlarged = new Box(box.X * 8, box.Y * 8, box.Width * 8, box.Height * 8);

        var against = await Api.GetSimilarityAsync(Index, File(), enlarged, $"{answers.Dataset.Id}-2", Cancel);
        Assert.Equal($"{answers.Dataset.Id}-2", against.ImageId);
        Assert.Equal(stored.Select(c => c.Box), against.Cells.Select(c => c.Box));
        Assert.All(stored.Zip(against.Cells), pair => Assert.InRange(pair.Second.Score - pair.First.Score, -.05, .05));

        var itself = await Api.GetSimilarityAsync(Index, File(), enlarged, null, Cancel);
        Assert.Equal((null, 4, Patch % 4), (itself.ImageId, itself.Cells.Count, itself.Best));
        Assert.Equal(1, itself.Cells[itself.Best].Score, 1e-5);
        Assert.Equal(new Box(128, 0, 128, 128), itself.Cells[1].Box);
        Assert.Equal(4, (await Api.GetSimilarityAsync(Index, File(), null, null, Cancel)).Cells.Count);

        using var form = new MultipartFormDataContent { { new ByteArrayContent(png), "file", "x.png" } };
        using var drawn = await SendAsync(form, "image/png");
        var picture = ImageDecoder.Decode(await drawn.Content.ReadAsByteArrayAsync(Cancel), new ImportLimits());
        Assert.Equal((256, 256), (picture.Width, picture.Height));
    }

    [Fact]
    public async Task An_image_of_another_dataset_is_scored_by_its_own_grid()
    {
        var other = await answers.Server.DatasetAsync(images: 10, size: 48, name: "Others");
        var map = await Api.GetSimilarityAsync(Index, Request with { ImageId = $"{other.Id}-1" }, Cancel);
        Assert.Equal([new Box(0, 0, 24, 24), new Box(24, 0, 24, 24), new Box(0, 24, 24, 24), new Box(24, 24, 24, 24)], map.Cells.Select(c => c.Box));
        Assert.All(map.Cells, c => Assert.InRange(c.Score, -1, 1));
        var picture = ImageDecoder.Decode(await BytesAsync("image/png", "", Request with { ImageId = $"{other.Id}-1" }), new ImportLimits());
        Assert.Equal((288, 288), (picture.Width, picture.Height));
    }

    [Theory]
    [InlineData("text/csv", "", 406, null)]
    [InlineData("image/jpeg", "", 406, null)]
    [InlineData("image/png", "?opacity=1.5", 422, "opacity")]
    [InlineData("image/png", "?opacity=NaN", 422, "opacity")]
    [InlineData("image/png", "?scale=log", 422, "scale")]
    public async Task Formats_and_drawings_that_are_not_made_are_refused(string accept, string query, int status, string? field)
    {
        using var response = await SendAsync(Content(Request), accept, query);
        var problem = await Server.TestServer.ProblemAsync(response);
        Assert.Equal(status, problem.Status);
        if (field is not null) Assert.Contains(field, problem.Errors!.Keys);
    }

    [Theory]
    [InlineData("""{"query":{"imageId":"DS-0","box":{"x":30,"y":0,"width":8,"height":8}},"imageId":"DS-1"}""", 422, "query.box")]
    [InlineData("""{"query":{"imageId":"DS-0","box":{"x":0,"y":0,"width":0.5,"height":8}},"imageId":"DS-1"}""", 422, "query.box")]
    [InlineData("""{"query":{"vector":[1,2,3]},"imageId":"DS-1"}""", 422, "query.vector")]
    [InlineData("""{"query":{"patchId":"idx_other-0"},"imageId":"DS-1"}""", 422, "query.patchId")]
    [InlineData("""{"query":{},"imageId":"DS-1"}""", 422, "query")]
    [InlineData("""{"query":{"patchId":"IDX-0"},"imageId":"DS-999999"}""", 404, null)]
    [InlineData("""{"query":{"patchId":"IDX-0"}}""", 400, null)]
    [InlineData("""{"imageId":"DS-1"}""", 400, null)]
    public async Task Questions_that_cannot_be_answered_say_which_field_is_wrong(string json, int status, string? field)
    {
        json = json.Replace("IDX", Index).Replace("DS-", $"{answers.Dataset.Id}-");
        var problem = await answers.Server.RefusedAsync(HttpMethod.Post, Path, json);
        Assert.Equal(status, problem.Status);
        if (field is not null) Assert.Contains(field, problem.Errors!.Keys);
    }

    [Theory]
    [InlineData("""{"x":0,"y":0,"width":64,"height":8}""", 422, "box")]
    [InlineData("""{"x":0,"y":0,"width":0.2,"height":8}""", 422, "box")]
    [InlineData("nonsense", 422, "box")]
    [InlineData(null, 415, null)]
    public async Task An_upload_that_cannot_be_used_says_why(string? box, int status, string? field)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(box is null ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : TestImages.Jpeg(48, 32, 1)), "file", "x.jpg" },
        };
        if (box is not null) form.Add(new StringContent(box), "box");
        using var response = await SendAsync(form, "application/json");
        var problem = await Server.TestServer.ProblemAsync(response);
        Assert.Equal(status, problem.Status);
        if (field is not null) Assert.Contains(field, problem.Errors!.Keys);
    }

    private static StringContent Content(SimilarityRequest request) =>
        new(System.Text.Json.JsonSerializer.Serialize(request, ClientJson.Options), null, "application/json");

    private async Task<byte[]> BytesAsync(string accept, string query = "", SimilarityRequest? request = null)
    {
        using var response = await SendAsync(Content(request ?? Request), accept, query);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(accept, response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsByteArrayAsync(Cancel);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContent content, string accept, string query = "")
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Path + query) { Content = content };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return await answers.Server.Http.SendAsync(message, Cancel);
    }
}
