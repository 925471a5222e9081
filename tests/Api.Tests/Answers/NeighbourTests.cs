using System.Net;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class NeighbourTests(AnswersFixture answers)
{
    private const int PatchesPerImage = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private ApiClient Api => answers.Server.Api;
    private string Index => answers.Index.Id;

    [Fact]
    public async Task A_patch_is_its_own_nearest_neighbour_unless_its_image_is_left_out()
    {
        var query = new NeighbourQuery(PatchId: $"{Index}-9");
        var found = await FindAsync(new NeighbourRequest(query, 10));
        Assert.Equal(10, found.Items.Count);
        Assert.Equal(Enumerable.Range(1, 10), found.Items.Select(n => n.Rank));
        Assert.Equal($"{Index}-9", found.Items[0].PatchId);
        Assert.Equal($"{answers.Dataset.Id}-2", found.Items[0].ImageId);
        Assert.Equal(1, found.Items[0].Score, 3);
        Assert.Equal(found.Items.Select(n => n.Score).OrderDescending(), found.Items.Select(n => n.Score));
        Assert.All(found.Items, n => Assert.Equal((32, 32), (n.ImageWidth, n.ImageHeight)));
        Assert.All(found.Items, n => Assert.Contains(n.Class, answers.Dataset.Classes));

        var others = await FindAsync(new NeighbourRequest(query, 10, ExcludeSameImage: true));
        Assert.DoesNotContain(others.Items, n => n.ImageId == $"{answers.Dataset.Id}-2");
        using var crop = await answers.Server.Http.GetAsync(others.Items[0].Thumbnail, Cancel);
        Assert.Equal("image/jpeg", crop.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_box_a_vector_and_an_upload_find_what_the_patch_finds()
    {
        var patch = (await FindAsync(new NeighbourRequest(new NeighbourQuery(PatchId: $"{Index}-9"), 5))).Items;
        var box = await FindAsync(new NeighbourRequest(new NeighbourQuery(ImageId: patch[0].ImageId, Box: patch[0].Box), 5));
        Assert.Equal(patch[0].PatchId, box.Items[0].PatchId);
        Assert.Equal(1, box.Items[0].Score, 3);
        // A box of the grid is a patch that the index holds: the very same vector answers. One off the grid is embedded.
        Assert.Equal(patch.Select(n => (n.PatchId, n.Score)), box.Items.Select(n => (n.PatchId, n.Score)));
        var shifted = await FindAsync(new NeighbourRequest(new NeighbourQuery(ImageId: patch[0].ImageId, Box: patch[0].Box with { X = patch[0].Box.X - 1 }), 5));
        Assert.NotEqual(patch[0].Score, shifted.Items[0].Score);
        var excluded = await FindAsync(new NeighbourRequest(new NeighbourQuery(ImageId: patch[0].ImageId, Box: patch[0].Box), 5, ExcludeSameImage: true));
        Assert.DoesNotContain(excluded.Items, n => n.ImageId == patch[0].ImageId);

        using var store = Core.Images.ImageStore.Open(Path.Combine(answers.Server.Data, "datasets", answers.Dataset.Id));
        var jpeg = Core.Images.ThumbnailWriter.Jpeg(store.Pixels(2), 32, 32);
        var upload = await Api.FindNeighboursAsync(
            Index, new UploadFile("x.jpg", new MemoryStream(jpeg)), patch[0].Box, new NeighbourRequest(new NeighbourQuery(), 5), Cancel);
        Assert.Equal(5, upload.Items.Count);
        Assert.Contains(upload.Items, n => n.PatchId == patch[0].PatchId);

        using var encoder = TinyModel.Load(answers.ModelPath);
        var vector = encoder.Embed([new Core.Embedding.PatchSource(store, 2, new(patch[0].Box.X, patch[0].Box.Y, patch[0].Box.Width, patch[0].Box.Height))], Core.Models.VectorSpace.Embedding);
        var byVector = await FindAsync(new NeighbourRequest(new NeighbourQuery(Vector: new Vector(vector)), 5));
        Assert.Equal(patch[0].PatchId, byVector.Items[0].PatchId);
    }

    [Fact]
    public async Task Filters_narrow_without_shortening_the_answer()
    {
        var query = new NeighbourQuery(PatchId: $"{Index}-0");
        var one = await FindAsync(new NeighbourRequest(query, 20, OnePerImage: true));
        Assert.Equal(20, one.Items.DistinctBy(n => n.ImageId).Count());

        var name = answers.Dataset.Classes[0];
        var members = (await Api.ListImagesAsync(answers.Dataset.Id, new ListQuery(500, Filter: $"class:{name}"), Cancel)).Total;
        var ofClass = await FindAsync(new NeighbourRequest(query, 1000, Filter: new NeighbourFilter([name])));
        Assert.Equal(members * PatchesPerImage, ofClass.Items.Count);
        Assert.All(ofClass.Items, n => Assert.Equal(name, n.Class));

        Assert.Empty((await FindAsync(new NeighbourRequest(query, 5, Filter: new NeighbourFilter(DatasetIds: ["ds_other"])))).Items);
        Assert.All((await FindAsync(new NeighbourRequest(query, 1000, MinScore: 0.9))).Items, n => Assert.True(n.Score >= 0.9));
    }

    [Fact]
    public async Task The_farthest_are_the_nearest_from_the_other_end_under_the_same_filters()
    {
        var query = new NeighbourQuery(PatchId: $"{Index}-9");
        var nearest = (await FindAsync(new NeighbourRequest(query, 1000))).Items;
        var farthest = (await FindAsync(new NeighbourRequest(query, 1000, Order: NeighbourOrder.Farthest))).Items;
        Assert.Equal(nearest.Select(n => n.PatchId).Order(), farthest.Select(n => n.PatchId).Order());
        Assert.Equal(nearest.Select(n => n.Score).Order(), farthest.Select(n => n.Score));
        Assert.Equal((1, 240), (farthest[0].Rank, farthest[^1].Rank));
        Assert.Equal($"{Index}-9", farthest[^1].PatchId);

        var name = answers.Dataset.Classes[0];
        var one = (await FindAsync(new NeighbourRequest(
            query, 5, ExcludeSameImage: true, OnePerImage: true, Filter: new NeighbourFilter([name]), MinScore: nearest[150].Score, Order: NeighbourOrder.Farthest))).Items;
        Assert.Equal(
            farthest.Where(n => n.Class == name && n.Score >= nearest[150].Score && n.ImageId != $"{answers.Dataset.Id}-2").DistinctBy(n => n.ImageId).Take(5).Select(n => n.Score),
            one.Select(n => n.Score));
        var bounded = (await FindAsync(new NeighbourRequest(query, 3, MaxScore: nearest[20].Score))).Items;
        Assert.Equal(nearest.Where(n => n.Score <= nearest[20].Score).Take(3).Select(n => n.Score), bounded.Select(n => n.Score));
    }

    [Fact]
    public async Task An_upload_is_searched_with_every_switch()
    {
        var classes = answers.Dataset.Classes.Take(2).ToList();
        Task<NeighbourResult> Upload(NeighbourRequest options) => Api.FindNeighboursAsync(
            Index, new UploadFile("x.jpg", new MemoryStream(TestImages.Jpeg(32, 32, 3))), null, options, Cancel);
        var all = (await Upload(new NeighbourRequest(new NeighbourQuery(), 1000))).Items;
        var found = (await Upload(new NeighbourRequest(
            new NeighbourQuery(), 8, OnePerImage: true, Filter: new NeighbourFilter(classes, [answers.Dataset.Id]), MinScore: all[200].Score, MaxScore: all[10].Score,
            Order: NeighbourOrder.Farthest))).Items;
        Assert.Equal(
            all.Reverse().Where(n => classes.Contains(n.Class!) && n.Score >= all[200].Score && n.Score <= all[10].Score).DistinctBy(n => n.ImageId).Take(8).Select(n => n.Score),
            found.Select(n => n.Score));
        Assert.Empty((await Upload(new NeighbourRequest(new NeighbourQuery(), Filter: new NeighbourFilter(DatasetIds: ["ds_other"])))).Items);
    }

    [Theory]
    [InlineData("k", "many")]
    [InlineData("order", "sideways")]
    [InlineData("minScore", "-2")]
    [InlineData("maxScore", "x")]
    [InlineData("onePerImage", "perhaps")]
    [InlineData("classes", "nosuch")]
    [InlineData("classes", "[1")]
    [InlineData("box", """{"x":0,"y":0,"width":33,"height":3}""")]
    [InlineData("box", """{"x":0,"y":0,"width":0.5,"height":3}""")]
    public async Task A_field_of_the_form_that_cannot_be_used_is_named(string field, string value)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(TestImages.Jpeg(32, 32, 3)), "file", "x.jpg" }, { new StringContent(value), field } };
        using var response = await answers.Server.Http.PostAsync($"api/v1/indexes/{Index}/neighbours", form, Cancel);
        var problem = await Server.TestServer.ProblemAsync(response);
        Assert.Equal(422, problem.Status);
        Assert.Equal([field], problem.Errors!.Keys);
    }

    [Fact]
    public async Task Without_its_models_file_an_index_still_finds_what_it_holds()
    {
        var (model, index) = await answers.AddOrphanAsync();
        var patch = await Api.FindNeighboursAsync(index, new NeighbourRequest(new NeighbourQuery(PatchId: $"{index}-9"), 5), Cancel);
        Assert.Equal($"{index}-9", patch.Items[0].PatchId);
        Assert.Equal(4, (await Api.GetSimilarityAsync(index, new SimilarityRequest(new NeighbourQuery(PatchId: $"{index}-9"), $"{answers.Dataset.Id}-2"), Cancel)).Cells.Count);
        foreach (var question in new[] { "neighbours", "similarity" })
        {
            var problem = await answers.Server.RefusedAsync(
                HttpMethod.Post, $"api/v1/indexes/{index}/{question}",
                $$$"""{"query":{"imageId":"{{{answers.Dataset.Id}}}-2","box":{"x":3,"y":3,"width":9,"height":9}},"imageId":"{{{answers.Dataset.Id}}}-2"}""");
            Assert.Equal((409, "urn:patchssl:checkpoint_corrupt"), (problem.Status, problem.Type));
            Assert.Contains(model, problem.Detail);
        }
        // What an index was made with is not deleted under it.
        Assert.Equal("urn:patchssl:in_use", (await answers.Server.RefusedAsync(HttpMethod.Delete, $"api/v1/runs/{answers.RunId}")).Type);
    }

    [Fact]
    public async Task A_patch_without_a_direction_is_refused()
    {
        var (_, index) = await answers.AddOrphanAsync(collapsed: true);
        foreach (var question in new[] { "neighbours", "similarity" })
        {
            var problem = await answers.Server.RefusedAsync(
                HttpMethod.Post, $"api/v1/indexes/{index}/{question}", $$$"""{"query":{"patchId":"{{{index}}}-9"},"imageId":"{{{answers.Dataset.Id}}}-2"}""");
            Assert.Equal(422, problem.Status);
            Assert.Equal(["query"], problem.Errors!.Keys);
        }
    }

    [Fact]
    public async Task A_batch_answers_each_search_as_it_would_be_alone()
    {
        NeighbourRequest[] requests =
        [
            new(new NeighbourQuery(PatchId: $"{Index}-3"), 4), new(new NeighbourQuery(ImageId: $"{answers.Dataset.Id}-5"), 6, ExcludeSameImage: true),
            new(new NeighbourQuery(PatchId: $"{Index}-77"), 2, OnePerImage: true),
        ];
        var batch = await Api.FindNeighboursAsync(Index, new NeighbourBatchRequest(requests), Cancel);
        for (var i = 0; i < requests.Length; i++)
            Assert.Equal((await FindAsync(requests[i])).Items.Select(n => n.PatchId), batch.Results[i].Items.Select(n => n.PatchId));
    }

    [Fact]
    public async Task A_similarity_map_has_a_score_for_every_grid_patch()
    {
        var map = await Api.GetSimilarityAsync(Index, new SimilarityRequest(new NeighbourQuery(PatchId: $"{Index}-9"), $"{answers.Dataset.Id}-2"), Cancel);
        Assert.Equal((2, 2, 4), (map.Rows, map.Columns, map.Cells.Count));
        Assert.Equal(1, map.Cells[1].Score, 3);
        Assert.Equal(map.Cells.Max(c => c.Score), map.Cells[1].Score);
    }

    [Theory]
    [InlineData("""{"query":{"patchId":"IDX-0"},"k":0}""", 422, "k")]
    [InlineData("""{"query":{"patchId":"IDX-0"},"k":1001}""", 422, "k")]
    [InlineData("""{"query":{"patchId":"IDX-0"},"minScore":2}""", 422, "minScore")]
    [InlineData("""{"query":{"patchId":"IDX-0"},"maxScore":-2}""", 422, "maxScore")]
    [InlineData("""{"query":{"patchId":"IDX-0"},"minScore":0.5,"maxScore":0.4}""", 422, "maxScore")]
    [InlineData("""{"query":{"patchId":"IDX-0"},"order":"sideways"}""", 400, null)]
    [InlineData("""{"query":{"patchId":"IDX-0"},"filter":{"classes":["nosuch"]}}""", 422, "filter.classes")]
    [InlineData("""{"query":{}}""", 422, "query")]
    [InlineData("""{"query":{"patchId":"IDX-0","imageId":"DS-0"}}""", 422, "query")]
    [InlineData("""{"query":{"patchId":"idx_other-0"}}""", 422, "query.patchId")]
    [InlineData("""{"query":{"vector":[1,2,3]}}""", 422, "query.vector")]
    [InlineData("""{"query":{"vector":ZEROS}}""", 422, "query.vector")]
    [InlineData("""{"query":{"vector":"NANS"}}""", 422, "query.vector")]
    [InlineData("""{"query":{"patchId":"IDX-999999"}}""", 404, null)]
    [InlineData("""{"query":{"patchId":"nonsense"}}""", 404, null)]
    [InlineData("""{"query":{"imageId":"DS-999999"}}""", 404, null)]
    [InlineData("""{"query":{"imageId":"ds_unknown-0"}}""", 404, null)]
    [InlineData("""{"query":{"imageId":"DS-0","box":{"x":30,"y":0,"width":8,"height":8}}}""", 422, "query.box")]
    [InlineData("""{"query":{"imageId":"DS-0","box":{"x":0,"y":0,"width":0,"height":8}}}""", 422, "query.box")]
    [InlineData("""{"query":{"vector":["a"]}}""", 400, null)]
    [InlineData("""{"query":""", 400, null)]
    public async Task Questions_that_cannot_be_answered_say_which_field_is_wrong(string json, int status, string? field)
    {
        var dim = answers.Index.Dim;
        json = json.Replace("IDX", Index).Replace("DS-", $"{answers.Dataset.Id}-").Replace("ZEROS", $"[{string.Join(',', Enumerable.Repeat("0", dim))}]")
            .Replace("NANS", Convert.ToBase64String([.. Enumerable.Repeat(BitConverter.GetBytes(float.NaN), dim).SelectMany(b => b)]));
        var problem = await answers.Server.RefusedAsync(HttpMethod.Post, $"api/v1/indexes/{Index}/neighbours", json);
        Assert.Equal(status, problem.Status);
        if (field is not null) Assert.Contains(field, problem.Errors!.Keys);
    }

    [Fact]
    public async Task An_index_that_is_not_ready_says_so()
    {
        var body = """{"query":{"vector":[1]}}""";
        using var building = await answers.Server.Http.PostAsync(
            $"api/v1/indexes/{await answers.AddIndexAsync(ResourceState.Building)}/neighbours", new StringContent(body, null, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.Conflict, building.StatusCode);
        Assert.NotNull(building.Headers.RetryAfter?.Delta);
        var failed = await answers.Server.RefusedAsync(HttpMethod.Post, $"api/v1/indexes/{await answers.AddIndexAsync(ResourceState.Failed, "the disk was full")}/neighbours", body);
        Assert.Equal(409, failed.Status);
        Assert.Contains("the disk was full", failed.Detail);
        Assert.Equal(409, (await answers.Server.RefusedAsync(HttpMethod.Post, $"api/v1/indexes/{await answers.AddIndexAsync(ResourceState.Ready)}/neighbours", body)).Status);
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Post, "api/v1/indexes/idx_none/neighbours", body)).Status);
        Assert.Equal(422, (await answers.Server.RefusedAsync(HttpMethod.Post, $"api/v1/indexes/{Index}/neighbours/batch", """{"requests":[]}""")).Status);
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Post, $"api/v1/indexes/{Index}/similarity", $$$"""{"query":{"patchId":"{{{Index}}}-0"},"imageId":"x"}""")).Status);
    }

    private Task<NeighbourResult> FindAsync(NeighbourRequest request) => Api.FindNeighboursAsync(Index, request, Cancel);
}
