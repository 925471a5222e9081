using System.Net;
using System.Net.Http.Headers;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Models;

/// <summary>An encoder of one's own, from the upload to its removal.</summary>
public sealed class ModelImportTests(ModelImportTests.Fixture fixture) : IClassFixture<ModelImportTests.Fixture>
{
    private const int MostBytes = 3_000_000;
    private readonly TestServer _server = fixture.Server;

    public sealed class Fixture : IAsyncDisposable
    {
        public TestServer Server { get; } = new(("Limits:ModelBytes", $"{MostBytes}"));

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_imported_encoder_embeds_is_indexed_evaluated_renamed_and_deleted()
    {
        var dataset = await _server.DatasetAsync(images: 24, size: 32);
        var model = await ImportAsync("Mine", new ModelInput(16, .5, [.1, .2, .3], [.4]));
        Assert.Equal(("Mine", "imported", null, null, 64, null, null), (model.Name, model.Source, model.RunId, model.Step, model.EmbeddingDim, model.HiddenDim, model.ProjectionDim));
        Assert.Equal((16, .5, ResourceState.Ready, "fc.bias, fc.weight"), (model.InputSize, model.PatchScale, model.State, model.LeftOut));
        Assert.Equal((18, .125, "cifar"), (model.Architecture!.Depth, model.Architecture.Width, model.Architecture.Stem));
        Assert.Equal([.1, .2, .3], model.Architecture.Mean);
        Assert.Equal([.4, .4, .4], model.Architecture.Deviation);
        Assert.Equivalent(model, await _server.Api.GetModelAsync(model.Id, Cancel));
        Assert.Contains((await _server.Api.ListModelsAsync(new ListQuery(Filter: "source:imported Mine"), Cancel)).Items, m => m.Id == model.Id);
        Assert.Empty((await _server.Api.ListModelsAsync(new ListQuery(Filter: "source:checkpoint"), Cancel)).Items);
        var content = await _server.Http.GetByteArrayAsync(ApiRoutes.ModelContent(model.Id), Cancel);
        Assert.Equal(model.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));

        var image = (await _server.Api.ListImagesAsync(dataset.Id, cancellationToken: Cancel)).Items[0];
        var pixels = await _server.Http.GetByteArrayAsync(ApiRoutes.ImageContent(image.Id), Cancel);
        var embedded = await _server.Api.EmbedAsync([new UploadFile("a.png", new MemoryStream(pixels))], new EmbeddingRequest(model.Id), Cancel);
        Assert.Equal((model.Sha256, 64), (embedded.Sha256, embedded.Dim));

        var made = await _server.Api.CreateIndexAsync(new CreateIndex(dataset.Id, model.Id, Patches: "grid:4"), Cancel);
        var index = await _server.WaitAsync(() => _server.Api.GetIndexAsync(made.Id, Cancel), i => i.State is ResourceState.Ready or ResourceState.Failed);
        Assert.True(index.State == ResourceState.Ready, index.Error);
        Assert.Equal(("Mine", 64, 96L), (index.ModelName, index.Dim, index.PatchCount));
        Assert.Null(index.RunId);
        var untrained = await Assert.ThrowsAsync<ApiException>(() =>
            _server.Api.CreateIndexAsync(new CreateIndex(dataset.Id, model.Id, Untrained: true), Cancel));
        Assert.Equal(422, untrained.Status);
        Assert.Contains("its weights before training are not known", untrained.Message);
        var found = await _server.Api.FindNeighboursAsync(index.Id, new NeighbourRequest(new NeighbourQuery(ImageId: image.Id, Box: new Box(3, 3, 9, 9)), K: 3), Cancel);
        Assert.Equal(3, found.Items.Count);

        var asked = await _server.Api.CreateEvaluationAsync(new CreateEvaluation(model.Id, dataset.Id, Patches: "grid:1"), Cancel);
        var evaluation = await _server.WaitAsync(() => _server.Api.GetEvaluationAsync(asked.Id, Cancel), e => e.State is ResourceState.Ready or ResourceState.Failed);
        Assert.True(evaluation.State == ResourceState.Ready, evaluation.Error);
        Assert.Equal(("Mine", model.Sha256), (evaluation.ModelName, evaluation.ModelSha256));

        Assert.Equal("Ours", (await _server.Api.RenameModelAsync(model.Id, " Ours ", Cancel)).Name);
        Assert.Equal("Ours", (await _server.Api.GetIndexAsync(index.Id, Cancel)).ModelName);
        var used = (await Assert.ThrowsAsync<ApiException>(() => _server.Api.DeleteModelAsync(model.Id, Cancel))).Problem;
        Assert.Equal((409, "urn:patchssl:in_use"), (used.Status, used.Type));
        Assert.Contains("1 index, 1 evaluation", used.Detail);
        await _server.Api.DeleteIndexAsync(index.Id, Cancel);
        using (await _server.Http.DeleteAsync(ApiRoutes.Evaluation(evaluation.Id), Cancel)) await _server.Api.DeleteModelAsync(model.Id, Cancel);
        Assert.Equal(404, (await _server.RefusedAsync(HttpMethod.Get, ApiRoutes.Model(model.Id))).Status);
        Assert.False(File.Exists(Path.Combine(_server.Data, "models", $"{model.Id}.safetensors")));
    }

    [Fact]
    public async Task Vectors_that_an_encoder_alone_does_not_give_are_refused_by_field()
    {
        var dataset = await _server.DatasetAsync(images: 10, size: 16);
        var model = await ImportAsync("Alone");
        async Task Refused(Task call)
        {
            var problem = (await Assert.ThrowsAsync<ApiException>(() => call)).Problem;
            Assert.Equal(422, problem.Status);
            Assert.Contains(problem.Errors!, e => e.Key == "vectors" && e.Value[0].Contains(model.Id, StringComparison.Ordinal));
        }
        foreach (var kind in new[] { VectorKind.Hidden, VectorKind.Projection })
        {
            await Refused(_server.Api.CreateIndexAsync(new CreateIndex(dataset.Id, model.Id, kind), Cancel));
            await Refused(_server.Api.CreateEvaluationAsync(new CreateEvaluation(model.Id, dataset.Id, Vectors: kind), Cancel));
            await Refused(_server.Api.EmbedAsync([new UploadFile("a.png", new MemoryStream([1]))], new EmbeddingRequest(model.Id, kind), Cancel));
        }
    }

    [Fact]
    public async Task Every_field_that_is_wrong_is_told_at_once()
    {
        using var response = await PostAsync(new ForeignEncoder().ToArray(), ("name", ""), ("inputSize", "7"), ("patchScale", "x"), ("mean", "1,2"), ("deviation", "0"));
        var problem = await TestServer.ProblemAsync(response);
        Assert.Equal(422, problem.Status);
        Assert.Equal(["deviation", "inputSize", "mean", "name", "patchScale"], problem.Errors!.Keys.Order());
        using var bodiless = await _server.Http.PostAsync(ApiRoutes.Models, new MultipartFormDataContent { { new StringContent("x"), "name" } }, Cancel);
        Assert.Contains("file", (await TestServer.ProblemAsync(bodiless)).Errors!.Keys);
        Assert.Equal(415, (await _server.RefusedAsync(HttpMethod.Post, ApiRoutes.Models, "{}")).Status);
        Assert.Equal(422, (await _server.RefusedAsync(HttpMethod.Patch, ApiRoutes.Model("x"), """{"name":""}""")).Status);
        Assert.Equal(404, (await _server.RefusedAsync(HttpMethod.Patch, ApiRoutes.Model("x"), """{"name":"y"}""")).Status);
        Assert.Equal(404, (await _server.RefusedAsync(HttpMethod.Delete, ApiRoutes.Model("x"))).Status);
    }

    [Fact]
    public async Task A_repeated_key_makes_one_model()
    {
        using var first = await PostAsync(new ForeignEncoder().ToArray(), "key-1", ("name", "Once"));
        using var again = await PostAsync(new ForeignEncoder().ToArray(), "key-1", ("name", "Once"));
        using var other = await PostAsync(new ForeignEncoder().ToArray(), "key-1", ("name", "Twice"));
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, again.StatusCode));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(422, (await TestServer.ProblemAsync(other)).Status);
        Assert.Equal(1, (await _server.Api.ListModelsAsync(new ListQuery(Filter: "Once"), Cancel)).Total);
        var known = (await _server.Api.ListModelsAsync(new ListQuery(500), Cancel)).Total;
        Assert.Equal(known, Directory.GetFiles(Path.Combine(_server.Data, "models")).Length);
    }

    [Fact]
    public async Task An_upload_over_the_limit_leaves_nothing()
    {
        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Models) { Content = Form(new byte[MostBytes + 1], ("name", "Big")) };
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await _server.Http.SendAsync(request, Cancel);
            var problem = await TestServer.ProblemAsync(response);
            Assert.Equal(413, problem.Status);
            Assert.Contains("Limits:ModelBytes", problem.Detail, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, "staging")));
    }

    [Fact]
    public async Task A_full_disk_refuses_at_the_door()
    {
        await using var full = new TestServer(("Data:ReserveBytes", $"{1L << 50}"));
        using var response = await full.Http.PostAsync(ApiRoutes.Models, Form(new ForeignEncoder().ToArray(), ("name", "Full")), Cancel);
        Assert.Equal(507, (await TestServer.ProblemAsync(response)).Status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(full.Data, "models")));
    }

    private Task<Model> ImportAsync(string name, ModelInput? input = null) =>
        _server.Api.ImportModelAsync(name, new UploadFile("encoder.safetensors", new MemoryStream(new ForeignEncoder().ToArray())), input, cancellationToken: Cancel);

    private Task<HttpResponseMessage> PostAsync(byte[] file, params (string Name, string Value)[] fields) => PostAsync(file, null, fields);

    private Task<HttpResponseMessage> PostAsync(byte[] file, string? key, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Models) { Content = Form(file, fields) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return _server.Http.SendAsync(request, Cancel);
    }

    internal static MultipartFormDataContent Form(byte[] file, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(content, "file", "encoder.safetensors");
        return form;
    }
}
