using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class OpenAiTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("float")]
    [InlineData("base64")]
    public async Task Data_uris_give_the_unit_bags_of_the_other_endpoint(string encoding)
    {
        var images = new[] { TestImages.Jpeg(40, 32, 1), TestImages.Jpeg(32, 48, 2) };
        var expected = await answers.Server.Api.EmbedAsync(
            [.. images.Select(i => new UploadFile("x", new MemoryStream(i)))], new EmbeddingRequest(answers.Model), Cancel);

        using var response = await PostAsync(new { model = answers.Model, input = images.Select(DataUri), encoding_format = encoding });
        var text = await response.Content.ReadAsStringAsync(Cancel);
        var result = JsonSerializer.Deserialize<OpenAiEmbeddingResponse>(text, ClientJson.Options)!;

        Assert.Equal(("list", answers.Model, 32), (result.Object, result.Model, result.Usage.PromptTokens));
        Assert.Equal(encoding == "base64", result.Data.All(d => d.Embedding.AsBase64));
        for (var i = 0; i < images.Length; i++)
        {
            Assert.Equal(i, result.Data[i].Index);
            Vectors.Close(expected.Items[i].Bag!.Values, result.Data[i].Embedding.Values);
        }
    }

    [Fact]
    public async Task One_data_uri_alone_is_taken_too()
    {
        using var response = await PostAsync(new { model = answers.Model, input = DataUri(TestImages.Jpeg(20, 20, 1)) });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_with_the_reason()
    {
        using var text = await PostAsync(new { model = answers.Model, input = new[] { "hello", DataUri(TestImages.Jpeg(8, 8, 1)) } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, text.StatusCode);
        Assert.Contains("input[0]", (await TestServer.ProblemAsync(text)).Detail);
        using var cut = await PostAsync(new { model = answers.Model, input = DataUri(TestImages.Jpeg(30, 30, 1)[..^50]) });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, cut.StatusCode);
        using var unknown = await PostAsync(new { model = "ck_unknown", input = DataUri(TestImages.Jpeg(8, 8, 1)) });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var many = await PostAsync(new { model = answers.Model, input = Enumerable.Repeat(DataUri(TestImages.Jpeg(8, 8, 1)), AnswersFixture.ImagesPerRequest + 1) });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, many.StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(object body) => answers.Server.Http.PostAsJsonAsync("v1/embeddings", body, Cancel);

    private static string DataUri(byte[] image) => $"data:image/jpeg;base64,{Convert.ToBase64String(image)}";
}
