using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class IndexTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_finished_index_tells_its_size_and_recall()
    {
        var index = await answers.Server.Api.GetIndexAsync(answers.Index.Id, Cancel);
        Assert.Equal((ResourceState.Ready, 240, TinyModel.Spec.EmbeddingDim, "grid:4"), (index.State, index.PatchCount, index.Dim, index.Patches));
        Assert.InRange(index.RecallAt10!.Value, 0.9, 1); // weights drawn at random give vectors that lie close together
        Assert.Equal(new FileInfo(Path.Combine(answers.Server.Data, "indexes", $"{index.Id}.index")).Length, index.Bytes);
        Assert.Equal(("Tiny · step 10", answers.Dataset.Name), (index.ModelName, index.DatasetName));
        var listed = await answers.Server.Api.ListIndexesAsync(new ListQuery(Filter: $"model:{answers.Model} state:ready"), Cancel);
        Assert.Contains(listed.Items, i => i.Id == index.Id);
    }

    [Fact]
    public async Task Deleting_takes_row_file_and_job()
    {
        var api = answers.Server.Api;
        var made = await api.CreateIndexAsync(new CreateIndex(answers.Dataset.Id, answers.RunId, VectorKind.Projection, "grid:1"), Cancel);
        Assert.Equal(answers.Model, made.Model);
        await answers.Server.WaitAsync(() => api.GetIndexAsync(made.Id, Cancel), i => i.State == ResourceState.Ready);
        Assert.Equal(5, (await api.FindNeighboursAsync(made.Id, new NeighbourRequest(new NeighbourQuery(PatchId: $"{made.Id}-0"), 5), Cancel)).Items.Count);

        await api.DeleteIndexAsync(made.Id, Cancel);
        Assert.False(File.Exists(Path.Combine(answers.Server.Data, "indexes", $"{made.Id}.index")));
        Assert.Equal(404, (await Assert.ThrowsAsync<ApiException>(() => api.GetIndexAsync(made.Id, Cancel))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ApiException>(() => api.GetJobAsync(made.JobId!, Cancel))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ApiException>(() => api.DeleteIndexAsync(made.Id, Cancel))).Status);
    }

    [Fact]
    public async Task An_int8_index_answers_as_the_f16_one()
    {
        var api = answers.Server.Api;
        var made = await api.CreateIndexAsync(new CreateIndex(answers.Dataset.Id, answers.Model, Patches: "grid:4", Storage: VectorStorage.Int8), Cancel);
        await answers.Server.WaitAsync(() => api.GetIndexAsync(made.Id, Cancel), i => i.State == ResourceState.Ready);

        var (int8, f16) = (await api.GetIndexAsync(made.Id, Cancel), await api.GetIndexAsync(answers.Index.Id, Cancel));
        Assert.Equal((VectorStorage.Int8, VectorStorage.F16), (int8.Storage, f16.Storage));
        Assert.Equal(new FileInfo(Path.Combine(answers.Server.Data, "indexes", $"{made.Id}.index")).Length, int8.Bytes);
        Assert.True(int8.Bytes > f16.Bytes);
        Assert.InRange(int8.RecallAt10!.Value, f16.RecallAt10!.Value - .001, 1);

        async Task<IEnumerable<(string, double)>> Found(PatchIndex index) =>
            (await api.FindNeighboursAsync(index.Id, new NeighbourRequest(new NeighbourQuery(PatchId: $"{index.Id}-3"), 8, OnePerImage: true), Cancel))
            .Items.Select(n => (n.ImageId, Math.Round(n.Score, 5)));
        Assert.Equal(await Found(f16), await Found(int8));
        await api.DeleteIndexAsync(made.Id, Cancel);
    }

    [Theory]
    [InlineData("""{"datasetId":"DS","model":"ck_tiny","patches":"grid:3"}""", 422, "grid:n")]
    [InlineData("""{"datasetId":"DS","model":"ck_tiny","storage":"int4"}""", 422, "storage is not known: allowed is f16 or int8.")]
    [InlineData("""{"datasetId":"DS","model":"ck_tiny","storage":8}""", 400, "storage")]
    [InlineData("""{"datasetId":"DS","model":"ck_none"}""", 404, "ck_none")]
    [InlineData("""{"datasetId":"ds_none","model":"ck_tiny"}""", 404, "ds_none")]
    [InlineData("""{"datasetId":"DS","model":"ck_tiny","vectors":"depth"}""", 400, "vectors")]
    [InlineData("""{"model":"ck_tiny"}""", 400, "JSON")]
    public async Task What_cannot_be_indexed_is_refused_at_the_door(string json, int status, string detail)
    {
        var problem = await answers.Server.RefusedAsync(HttpMethod.Post, "api/v1/indexes", json.Replace("DS", answers.Dataset.Id));
        Assert.Equal(status, problem.Status);
        Assert.Contains(detail, problem.Detail);
    }

    [Fact]
    public async Task An_index_being_built_is_not_deleted()
    {
        var id = await answers.AddIndexAsync(ResourceState.Building);
        Assert.Equal(409, (await Assert.ThrowsAsync<ApiException>(() => answers.Server.Api.DeleteIndexAsync(id, Cancel))).Status);
    }
}
