using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class EmbeddingTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(VectorKind.Embedding)]
    [InlineData(VectorKind.Hidden)]
    [InlineData(VectorKind.Projection)]
    public async Task Vectors_are_those_of_cores_encoder(VectorKind kind)
    {
        var jpeg = TestImages.Jpeg(48, 40, 3);
        var result = await answers.Server.Api.EmbedAsync(
            [File(jpeg)], new EmbeddingRequest(answers.Model, kind, "grid:4", EmbeddingOutput.Both, Normalize: false), Cancel);

        var (expected, boxes) = Expected(jpeg, (VectorSpace)(int)kind, 4);
        var item = Assert.Single(result.Items);
        Assert.Equal(4, item.Patches!.Count);
        Assert.Equal(boxes.Select(b => new Box(b.X, b.Y, b.Width, b.Height)), item.Patches.Select(p => p.Box));
        for (var i = 0; i < 4; i++) Vectors.Close(expected[i], item.Patches[i].Vector.Values);
        Vectors.Close(Vectors.Mean(expected), item.Bag!.Values);
        Assert.Equal(result.Dim, item.Bag.Values.Length);
        Assert.Equal(64, result.Sha256.Length);
    }

    [Fact]
    public async Task Normalised_vectors_have_unit_length_and_a_run_stands_for_its_newest_checkpoint()
    {
        var result = await answers.Server.Api.EmbedAsync(
            [File(TestImages.Jpeg(32, 32, 1))], new EmbeddingRequest(answers.RunId, Patches: "whole", Output: EmbeddingOutput.Both, Base64: false), Cancel);
        Assert.Equal(answers.Model, result.Model);
        var item = Assert.Single(result.Items);
        Assert.Equal(1, Vectors.Length(item.Bag!.Values), 5);
        Assert.Equal(new Box(0, 0, 32, 32), Assert.Single(item.Patches!).Box);
    }

    [Fact]
    public async Task Callers_at_once_get_what_each_would_get_alone()
    {
        var images = Enumerable.Range(0, 24).Select(i => TestImages.Jpeg(24 + i, 30, i)).ToList();
        var request = new EmbeddingRequest(answers.Model, Patches: "grid:4");
        var together = await Task.WhenAll(images.Select(i => answers.Server.Api.EmbedAsync([File(i)], request, Cancel)));
        for (var i = 0; i < images.Count; i++)
        {
            var alone = await answers.Server.Api.EmbedAsync([File(images[i])], request, Cancel);
            var cosine = Vectors.Cosine(alone.Items[0].Bag!.Values, together[i].Items[0].Bag!.Values);
            Assert.True(cosine >= 0.99999, $"image {i}: {cosine}");
        }
    }

    [Fact]
    public async Task A_bad_image_among_good_ones_is_named_and_costs_the_others_nothing()
    {
        var good = TestImages.Jpeg(32, 32, 1);
        var result = await answers.Server.Api.EmbedAsync(
            [File(good, "a.jpg"), File(good[..^60], "cut.jpg"), File(Encoding.ASCII.GetBytes("hello"), "text.jpg"), File(good, "b.jpg")],
            new EmbeddingRequest(answers.Model, Patches: "grid:4"), Cancel);
        Assert.Equal([(0, "a.jpg"), (3, "b.jpg")], result.Items.Select(i => (i.Index, i.Name)));
        Assert.Equal(
            [(1, "cut.jpg", "urn:patchssl:image_corrupt"), (2, "text.jpg", "urn:patchssl:unsupported_image_format")],
            result.Errors.Select(e => (e.Index, e.Name, e.Type)));
    }

    [Fact]
    public async Task A_request_without_a_usable_image_says_why_by_its_status()
    {
        var good = TestImages.Jpeg(32, 32, 1);
        Assert.Equal("urn:patchssl:image_corrupt", (await RefusedAsync(HttpStatusCode.UnprocessableEntity, "", good[..^60])).Type);
        Assert.Equal("urn:patchssl:unsupported_image_format", (await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "", "text"u8.ToArray(), "more"u8.ToArray())).Type);
        Assert.Equal("urn:patchssl:no_usable_image", (await RefusedAsync(HttpStatusCode.UnprocessableEntity, "", "text"u8.ToArray(), good[..^60])).Type);
        var large = await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "", Png(20_000, 20_000));
        Assert.Equal("urn:patchssl:image_too_large", large.Type);
        Assert.Contains("1000000", large.Detail);
    }

    [Fact]
    public async Task Limits_are_named_by_the_problems_that_enforce_them()
    {
        var good = TestImages.Jpeg(16, 16, 1);
        var files = await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "", [.. Enumerable.Repeat(good, AnswersFixture.ImagesPerRequest + 1)]);
        Assert.Contains($"{AnswersFixture.ImagesPerRequest}", files.Detail);
        var body = await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "", new byte[AnswersFixture.RequestBytes + 1]);
        Assert.Contains("400,000", body.Detail);
        var patches = await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "&patches=grid:256", [.. Enumerable.Repeat(good, 5)]);
        Assert.Contains("1,280", patches.Detail);
        Assert.Contains("1,024", patches.Detail);
    }

    [Fact]
    public async Task Everything_wrong_with_a_question_is_told_at_once()
    {
        using var response = await PostAsync("model=x&vectors=depth&patches=grid:5&output=all&encoding=hex", null, TestImages.Jpeg(16, 16, 1));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var problem = await TestServer.ProblemAsync(response);
        Assert.Equal(["encoding", "output", "patches", "vectors"], problem.Errors!.Keys.Order());
        Assert.Contains("embedding, hidden, projection", problem.Errors["vectors"][0]);

        Assert.Equal(["files"], (await RefusedAsync(HttpStatusCode.UnprocessableEntity, "")).Errors!.Keys);
        using var unknown = await PostAsync("model=ck_unknown", null, TestImages.Jpeg(16, 16, 1));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var json = await answers.Server.Http.PostAsync($"api/v1/embeddings?model={answers.Model}", new StringContent("{}", Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);
        using var arrow = await PostAsync($"model={answers.Model}", "application/vnd.apache.arrow.stream", TestImages.Jpeg(16, 16, 1));
        Assert.Equal(HttpStatusCode.NotAcceptable, arrow.StatusCode);
        await TestServer.ProblemAsync(arrow);
    }

    [Fact]
    public async Task Npy_holds_the_same_vectors_and_names_the_images_left_out()
    {
        var good = TestImages.Jpeg(32, 32, 1);
        using var response = await PostAsync($"model={answers.Model}&patches=grid:4&output=patches", "application/x-npy", good, "text"u8.ToArray(), good);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("1", response.Headers.GetValues("X-Failed-Images").Single());
        var npy = await response.Content.ReadAsByteArrayAsync(Cancel);
        var json = await answers.Server.Api.EmbedAsync([File(good)], new EmbeddingRequest(answers.Model, Patches: "grid:4", Output: EmbeddingOutput.Patches), Cancel);

        var header = Encoding.ASCII.GetString(npy, 10, BinaryPrimitives.ReadUInt16LittleEndian(npy.AsSpan(8)));
        Assert.Contains($"'shape': (2, 4, {json.Dim})", header);
        var values = npy.AsSpan(10 + header.Length);
        Assert.Equal(2 * 4 * json.Dim * sizeof(float), values.Length);
        var last = values[^(json.Dim * sizeof(float))..].ToArray();
        Vectors.Close(json.Items[0].Patches![3].Vector.Values, [.. Enumerable.Range(0, json.Dim).Select(d => BinaryPrimitives.ReadSingleLittleEndian(last.AsSpan(4 * d)))]);
    }

    [Fact]
    public async Task Own_boxes_are_cut_as_given()
    {
        var jpeg = TestImages.Jpeg(48, 40, 3);
        var (expected, boxes) = Expected(jpeg, VectorSpace.Embedding, 4);
        using var form = Form(jpeg);
        form.Add(new StringContent(FormattableString.Invariant($"[{{\"x\":{boxes[2].X},\"y\":{boxes[2].Y},\"width\":{boxes[2].Width},\"height\":{boxes[2].Height}}}]")), "boxes");
        using var response = await answers.Server.Http.PostAsync($"api/v1/embeddings?model={answers.Model}&patches=boxes&normalize=false", form, Cancel);
        var result = System.Text.Json.JsonSerializer.Deserialize<EmbeddingResult>(await response.Content.ReadAsStringAsync(Cancel), ClientJson.Options)!;
        Vectors.Close(expected[2], result.Items[0].Bag!.Values);

        using var outside = Form(jpeg);
        outside.Add(new StringContent("""[{"x":40,"y":0,"width":16,"height":16}]"""), "boxes");
        using var refused = await answers.Server.Http.PostAsync($"api/v1/embeddings?model={answers.Model}&patches=boxes", outside, Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("urn:patchssl:box_outside_image", (await TestServer.ProblemAsync(refused)).Type);
        Assert.Equal(["boxes"], (await RefusedAsync(HttpStatusCode.UnprocessableEntity, "&patches=boxes", jpeg)).Errors!.Keys);
    }

    private (IReadOnlyList<float[]> Vectors, IReadOnlyList<PatchBox> Boxes) Expected(byte[] jpeg, VectorSpace space, int patches)
    {
        var image = ImageDecoder.Decode(jpeg, new ImportLimits());
        var boxes = new PatchGrid(patches).Boxes(image.Width, image.Height, TinyModel.Spec.PatchScale);
        using var encoder = TinyModel.Load(answers.ModelPath);
        var dim = encoder.Dim(space);
        var vectors = encoder.Embed([.. boxes.Select(b => new PatchSource(image.Rgb, image.Width, image.Height, b))], space);
        return ([.. boxes.Select((_, i) => vectors[(i * dim)..((i + 1) * dim)])], boxes);
    }

    private static UploadFile File(byte[] content, string name = "image.jpg") => new(name, new MemoryStream(content));

    private static MultipartFormDataContent Form(params byte[][] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files) form.Add(new ByteArrayContent(file), "files", "image.jpg");
        if (files.Length == 0) form.Add(new StringContent("nothing"), "note");
        return form;
    }

    private async Task<HttpResponseMessage> PostAsync(string query, string? accept, params byte[][] files)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/embeddings?{query}") { Content = Form(files) };
        if (accept is not null) request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return await answers.Server.Http.SendAsync(request, Cancel);
    }

    private async Task<Problem> RefusedAsync(HttpStatusCode status, string query, params byte[][] files)
    {
        using var response = await PostAsync($"model={answers.Model}{query}", null, files);
        Assert.Equal(status, response.StatusCode);
        return await TestServer.ProblemAsync(response);
    }

    /// <summary>The first bytes of a PNG that claims a size.</summary>
    private static byte[] Png(int width, int height)
    {
        byte[] png = [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        return png;
    }
}
