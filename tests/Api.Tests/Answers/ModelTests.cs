using System.Net.Http.Json;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class ModelTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_tells_the_dimensions_of_its_checkpoint()
    {
        var listed = Assert.Single((await answers.Server.Api.ListModelsAsync(new ListQuery(Filter: $"run:{answers.RunId}"), Cancel)).Items);
        var model = await answers.Server.Http.GetFromJsonAsync<Model>($"{ApiRoutes.Models}/{answers.RunId}", ClientJson.Options, Cancel);
        Assert.Equivalent(listed, model);
        Assert.Equal(
            (answers.Model, "checkpoint", 10L, TinyModel.Spec.EmbeddingDim, TinyModel.Spec.ProjectorHidden, TinyModel.Spec.ProjectionDim),
            (listed.Id, listed.Source, listed.Step, listed.EmbeddingDim, listed.HiddenDim, listed.ProjectionDim));
        Assert.Equal((TinyModel.Spec.InputSize, TinyModel.Spec.PatchScale), (listed.InputSize, listed.PatchScale));
        Assert.Equal(404, (await answers.Server.RefusedAsync(HttpMethod.Get, $"{ApiRoutes.Models}/ck_none")).Status);
    }

    [Fact]
    public async Task A_checkpoint_is_named_after_its_run_and_goes_with_it()
    {
        foreach (var (method, body) in new[] { (HttpMethod.Patch, """{"name":"Mine"}"""), (HttpMethod.Delete, null) })
        {
            var problem = await answers.Server.RefusedAsync(method, ApiRoutes.Model(answers.Model), body);
            Assert.Equal(409, problem.Status);
            Assert.Contains(answers.RunId, problem.Detail);
        }
    }
}
