using System.IO.Compression;
using System.Text.Json;
using PatchSsl.Api.Database;
using PatchSsl.Api.Tests.Answers;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Evaluations;

/// <summary>What an evaluation may not ask for, told at the door and by field.</summary>
[Collection(AnswersCollection.Name)]
public sealed class EvaluationRefusalTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<Problem> RefusedAsync(string options, string model = "ck_tiny", string? dataset = null) => answers.Server.RefusedAsync(
        HttpMethod.Post, "api/v1/evaluations", $$"""{"model":"{{model}}","datasetId":"{{dataset ?? answers.Dataset.Id}}"{{(options.Length > 0 ? "," : "")}}{{options}}}""");

    [Theory]
    [InlineData("""   "patches":"grid:3"   """, "patches")]
    [InlineData("""   "patches":"random:0"   """, "patches")]
    [InlineData("""   "patches":"random:257"   """, "patches")]
    [InlineData("""   "patches":"random:4","protocol":"grid"   """, "patches")]
    [InlineData("""   "patches":"grid:16","protocol":"randomAugmented"   """, "patches")]
    [InlineData("""   "kind":"knn","sweep":{}   """, "sweep")]
    [InlineData("""   "kind":"sweep","sweep":{"vectors":[]}   """, "sweep.vectors")]
    [InlineData("""   "kind":"sweep","sweep":{"patches":[]}   """, "sweep.patches")]
    [InlineData("""   "kind":"sweep","sweep":{"patches":["grid:16","grid:5"]}   """, "sweep.patches[1]")]
    [InlineData("""   "kind":"sweep","sweep":{"patches":["grid:16","random:4"]}   """, "sweep.patches[1]")]
    [InlineData("""   "kind":"linear","neighbours":[{"k":5,"temperature":0.1}]   """, "neighbours")]
    [InlineData("""   "neighbours":[]   """, "neighbours")]
    [InlineData("""   "neighbours":[{"k":5,"temperature":0.1},{"k":5,"temperature":0.1}]   """, "neighbours")]
    [InlineData("""   "neighbours":[{"k":0,"temperature":0.1}]   """, "neighbours[0].k")]
    [InlineData("""   "neighbours":[{"k":1001,"temperature":0.1}]   """, "neighbours[0].k")]
    [InlineData("""   "neighbours":[{"k":5,"temperature":0.1},{"k":61,"temperature":0.1}]   """, "neighbours[1].k")]
    [InlineData("""   "neighbours":[{"k":5,"temperature":0}]   """, "neighbours[0].temperature")]
    [InlineData("""   "neighbours":[{"k":5,"temperature":"NaN"}]   """, "neighbours[0].temperature")]
    [InlineData("""   "split":{"train":"nowhere"}   """, "split.train")]
    [InlineData("""   "split":{"test":"nowhere"}   """, "split.test")]
    [InlineData("""   "split":{"train":"test","test":"test"}   """, "split.test")]
    [InlineData("""   "split":{"classes":["unicorn","dragon"]}   """, "split.classes")]
    [InlineData("""   "split":{"classes":[]}   """, "split.classes")]
    [InlineData("""   "split":{"maxTrainImages":-1}   """, "split.maxTrainImages")]
    [InlineData("""   "split":{"maxTestImages":-1}   """, "split.maxTestImages")]
    [InlineData("""   "split":{"maxTrainImages":1}   """, "split.maxTrainImages")]
    public async Task What_is_wrong_is_named(string options, string field)
    {
        var problem = await RefusedAsync(options.Trim());
        Assert.Equal((422, "urn:patchssl:invalid_fields"), (problem.Status, problem.Type));
        Assert.Equal([field], problem.Errors!.Keys);
    }

    [Fact]
    public async Task Everything_is_told_at_once_and_unknown_things_with_it()
    {
        var problem = await RefusedAsync(
            """ "kind":"linear","patches":"grid:2","sweep":{},"neighbours":[{"k":0,"temperature":99}],"split":{"train":"x","test":"y","maxTestImages":-3} """);
        Assert.Equal(
            ["neighbours", "neighbours[0].k", "neighbours[0].temperature", "patches", "split.maxTestImages", "split.test", "split.train", "sweep"],
            problem.Errors!.Keys.Order(StringComparer.Ordinal));
        problem = await RefusedAsync(""" "patches":"grid:2" """, model: "ck_none", dataset: "ds_none");
        Assert.Equal((422, "datasetId model patches"), (problem.Status, string.Join(' ', problem.Errors!.Keys.Order(StringComparer.Ordinal))));
    }

    [Fact]
    public async Task Unknown_ids_are_404_and_a_dataset_that_is_not_ready_409()
    {
        Assert.Equal(404, (await RefusedAsync("", model: "ck_none")).Status);
        Assert.Equal(404, (await RefusedAsync("", dataset: "ds_none")).Status);
        await AddDatasetAsync("ds_importing", ResourceState.Building);
        Assert.Equal(409, (await RefusedAsync("", dataset: "ds_importing")).Status);
    }

    [Fact]
    public async Task A_dataset_without_labels_is_refused()
    {
        await AddDatasetAsync("ds_unlabelled", ResourceState.Ready);
        var problem = await RefusedAsync(""" "patches":"grid:2" """, dataset: "ds_unlabelled");
        Assert.Equal((422, "urn:patchssl:dataset_unlabelled"), (problem.Status, problem.Type));
        Assert.Equal(["datasetId", "patches"], problem.Errors!.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_set_of_one_class_is_refused()
    {
        var cats = await UploadAsync("cats/1.jpg", "cats/2.jpg", "cats/3.jpg");
        var problem = await RefusedAsync("", dataset: cats.Id);
        Assert.Equal((422, "datasetId"), (problem.Status, Assert.Single(problem.Errors!.Keys)));
        Assert.Contains("two classes or more", problem.Detail);
    }

    [Theory]
    [InlineData(""" "kind":"magic" """, "$.kind")]
    [InlineData(""" "vectors":"depth" """, "$.vectors")]
    [InlineData(""" "protocol":"casual" """, "$.protocol")]
    [InlineData(""" "split":{"maxTrainImages":"many"} """, "$.split.maxTrainImages")]
    [InlineData(""" "patches":null """, "JSON")]
    public async Task What_cannot_be_read_is_malformed(string options, string detail)
    {
        var problem = await RefusedAsync(options);
        Assert.Equal(400, problem.Status);
        Assert.Contains(detail, problem.Detail);
    }

    [Fact]
    public async Task An_idempotency_key_makes_one_evaluation()
    {
        var body = $$"""{"model":"ck_tiny","datasetId":"{{answers.Dataset.Id}}","patches":"grid:1","baselines":false}""";
        async Task<string> Ask()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Evaluations) { Content = new StringContent(body, null, "application/json") };
            request.Headers.Add("Idempotency-Key", "sweep-once");
            using var response = await answers.Server.Http.SendAsync(request, Cancel);
            Assert.Equal(202, (int)response.StatusCode);
            Assert.StartsWith("/api/v1/jobs/", response.Headers.Location!.ToString());
            return await response.Content.ReadAsStringAsync(Cancel);
        }
        Assert.Equal(await Ask(), await Ask());
    }

    private async Task<Dataset> UploadAsync(params string[] names)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (i, name) in names.Index())
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(TestImages.Jpeg(32, 32, i));
            }
        }
        using var form = new MultipartFormDataContent { { new StringContent("Cats"), "name" }, { new ByteArrayContent(bytes.ToArray()), "file", "cats.zip" } };
        using var response = await answers.Server.Http.PostAsync(ApiRoutes.DatasetUpload, form, Cancel);
        var made = JsonSerializer.Deserialize<Dataset>(await response.Content.ReadAsStringAsync(Cancel), ClientJson.Options)!;
        return await answers.Server.EndedAsync(made);
    }

    private Task AddDatasetAsync(string id, ResourceState state) => answers.Server.WithDatabaseAsync(async db =>
    {
        if (await db.Datasets.FindAsync([id], Cancel) is not null) return 0;
        db.Datasets.Add(new DatasetRow { Id = id, Name = id, State = state, Source = new DatasetSource(SourceKind.Upload), ImageCount = 10 });
        return await db.SaveChangesAsync(Cancel);
    });
}
