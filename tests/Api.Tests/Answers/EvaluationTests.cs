using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class EvaluationTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_evaluation_names_its_protocol_and_its_baselines()
    {
        var api = answers.Server.Api;
        var made = await api.CreateEvaluationAsync(new CreateEvaluation(answers.Model, answers.Dataset.Id, Patches: "grid:4", Seed: 3), Cancel);
        var done = await answers.Server.WaitAsync(() => api.GetEvaluationAsync(made.Id, Cancel), e => e.State is ResourceState.Ready or ResourceState.Failed);

        Assert.True(done.State == ResourceState.Ready, done.Error);
        Assert.InRange(done.Accuracy!.Value, 0, 1);
        Assert.Equal(done.Scores[0].Accuracy, done.Accuracy);
        Assert.Contains(done.Baselines, b => b.Name.Contains("pixels"));
        Assert.Contains(done.Baselines, b => b.Name.Contains("untrained"));
        Assert.Equal((answers.Dataset.Splits["train"], answers.Dataset.Splits["test"], 3L), (done.TrainImages, done.TestImages, done.Seed));
        Assert.False(string.IsNullOrWhiteSpace(done.Protocol));
        Assert.Equal(64, done.ModelSha256!.Length);
        Assert.Contains((await api.ListEvaluationsAsync(new ListQuery(Filter: $"model:{answers.Model}"), Cancel)).Items, e => e.Id == done.Id);

        using var deleted = await answers.Server.Http.DeleteAsync(ApiRoutes.Evaluation(done.Id), Cancel);
        Assert.True(deleted.IsSuccessStatusCode);
        Assert.Equal(404, (await Assert.ThrowsAsync<ApiException>(() => api.GetEvaluationAsync(done.Id, Cancel))).Status);
    }
}
