using System.Net;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class ImageTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Image => $"{answers.Dataset.Id}-7";

    [Fact]
    public async Task An_image_tells_what_the_list_tells()
    {
        var listed = (await answers.Server.Api.ListImagesAsync(answers.Dataset.Id, cancellationToken: Cancel)).Items[7];
        Assert.Equal(listed, await answers.Server.Api.GetImageAsync(Image, Cancel));
    }

    [Theory]
    [InlineData("content", 32, 32)]
    [InlineData("thumbnail?size=64", 64, 64)]
    [InlineData("thumbnail", 160, 160)]
    [InlineData("patch?x=4&y=8&width=16&height=16&size=96", 96, 96)]
    public async Task Pictures_are_kept_for_good_by_browsers(string path, int width, int height)
    {
        using var first = await answers.Server.Http.GetAsync($"api/v1/images/{Image}/{path}", Cancel);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("image/jpeg", first.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", first.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("immutable", first.Headers.CacheControl!.ToString());
        var picture = ImageDecoder.Decode(await first.Content.ReadAsByteArrayAsync(Cancel), new ImportLimits());
        Assert.Equal((width, height), (picture.Width, picture.Height));

        using var again = new HttpRequestMessage(HttpMethod.Get, $"api/v1/images/{Image}/{path}");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await answers.Server.Http.SendAsync(again, Cancel);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Theory]
    [InlineData("IMAGE/thumbnail?size=8", 422)]
    [InlineData("IMAGE/thumbnail?size=5000", 422)]
    [InlineData("IMAGE/thumbnail?size=big", 400)]
    [InlineData("IMAGE/patch?x=20&y=0&width=16&height=16", 422)]
    [InlineData("IMAGE/patch?x=-1&y=0&width=16&height=16", 422)]
    [InlineData("IMAGE/patch?x=0&y=0&width=NaN&height=16", 422)]
    [InlineData("IMAGE/patch?x=0&y=0&width=16", 400)]
    [InlineData("DATASET-60", 404)]
    [InlineData("DATASET--1", 404)]
    [InlineData("DATASET-07x", 404)]
    [InlineData("ds_none-0/content", 404)]
    [InlineData("..%2f..%2fpatchssl.db", 404)]
    public async Task What_is_none_is_refused(string path, int status)
    {
        var problem = await answers.Server.RefusedAsync(HttpMethod.Get, $"api/v1/images/{path.Replace("IMAGE", Image).Replace("DATASET", answers.Dataset.Id)}");
        Assert.Equal(status, problem.Status);
    }
}
