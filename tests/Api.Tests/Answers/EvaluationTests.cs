using PatchSsl.Api.Database;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Answers;

[Collection(AnswersCollection.Name)]
public sealed class EvaluationTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnEvaluationNamesItsProtocolAndItsBaselines()
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

    [Fact]
    public async Task WhatCannotBeEvaluatedIsRefusedAtTheDoor()
    {
        await answers.Server.WithDatabaseAsync(db =>
        {
            db.Datasets.Add(new DatasetRow { Id = "ds_unlabelled", Name = "No labels", State = ResourceState.Ready, Source = new DatasetSource(SourceKind.Upload), ImageCount = 10 });
            db.Datasets.Add(new DatasetRow { Id = "ds_importing", Name = "Not yet", State = ResourceState.Building, Source = new DatasetSource(SourceKind.Upload) });
            return db.SaveChangesAsync(Cancel);
        });
        async Task<Problem> Refused(CreateEvaluation body) =>
            (await Assert.ThrowsAsync<ApiException>(() => answers.Server.Api.CreateEvaluationAsync(body, Cancel))).Problem;
        var unlabelled = await Refused(new CreateEvaluation(answers.Model, "ds_unlabelled"));
        Assert.Equal((422, "urn:patchssl:dataset_unlabelled"), (unlabelled.Status, unlabelled.Type));
        Assert.Equal(409, (await Refused(new CreateEvaluation(answers.Model, "ds_importing"))).Status);
        Assert.Equal(404, (await Refused(new CreateEvaluation("ck_none", answers.Dataset.Id))).Status);
        Assert.Equal(422, (await Refused(new CreateEvaluation(answers.Model, answers.Dataset.Id, Patches: "grid:0"))).Status);
    }
}
