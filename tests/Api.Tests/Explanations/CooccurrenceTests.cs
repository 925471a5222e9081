using System.IO.Compression;
using System.Net.Http.Json;
using PatchSsl.Api.Tests.Answers;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Explanations;

/// <summary>A co-occurrence report from the request to the CSV, and what it refuses.</summary>
[Collection(AnswersCollection.Name)]
public sealed class CooccurrenceTests(AnswersFixture answers)
{
    private static readonly CooccurrenceOptions Small = new(PatchesPerImage: 4, Codes: 4, PixelSide: 4, MinPairs: 1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_holds_figures_a_control_cells_and_crops_that_can_be_seen()
    {
        var api = answers.Server.Api;
        var made = await api.CreateExplanationAsync(new CreateExplanation(
            answers.Model, answers.Dataset.Id, ExplanationKind.Cooccurrence, 3, new ExplanationOptions { Cooccurrence = Small }), Cancel);
        Assert.Equal(Small, made.Options.Cooccurrence);
        var done = await answers.Server.WaitAsync(() => api.GetExplanationAsync(made.Id, Cancel), e => e.State is ResourceState.Ready or ResourceState.Failed);

        Assert.True(done.State == ResourceState.Ready, done.Error);
        var report = done.Report!.Cooccurrence!;
        Assert.Equal((answers.Dataset.Splits["train"], answers.Dataset.Splits["test"]), (report.TrainImages, report.HeldOutImages));
        Assert.Equal(report.TrainImages * 6L, report.TrainPairs);
        Assert.Equal([new(VectorKind.Embedding, true), new(VectorKind.Projection, true), new(VectorKind.Projection, false)], report.Measures);
        Assert.Equal(18, report.Fits.Count);
        Assert.Equal(4 * 5 / 2, report.CellsKept + report.CellsTooFew + report.CellsUnmeasured);
        Assert.All(report.Fits.Where(f => f.Cells == CooccurrenceCells.All), f => Assert.InRange(f.Measured.RSquared.Value!.Value, 0, 1));
        Assert.Contains("seed 3", report.Protocol);
        Assert.False(string.IsNullOrWhiteSpace(done.Reading.Falsifier));

        var example = report.Codes[0].Examples[0];
        using var crop = await answers.Server.Http.GetAsync(ApiRoutes.Patch(example.ImageId, example.Box, 32), Cancel);
        Assert.True(crop.IsSuccessStatusCode);
        Assert.StartsWith(answers.Dataset.Id, example.ImageId);

        var lines = (await answers.Server.Http.GetStringAsync($"api/v1/explanations/{done.Id}/csv", Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(report.Cells.Count + 1, lines.Length);
        Assert.StartsWith("a,b,observed,expected,ratio,controlRatio,embedding,projection,projectionRaw", lines[0]);
        Assert.Equal(report.Cells[0].Products[1], double.Parse(lines[1].Split(',')[7], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        var problem = await RefusedAsync("""{"codes":1,"patchesPerImage":65,"pixelSide":1,"epsilon":0,"minPairs":0,"trainImages":1,"heldOutImages":10001}""");
        Assert.Equal(
            ["codes", "epsilon", "heldOutImages", "minPairs", "patchesPerImage", "pixelSide", "trainImages"],
            problem.Errors!.Keys.Select(k => k.Replace("options.cooccurrence.", "")).Order());
        Assert.Contains("codes is 1", problem.Errors!["options.cooccurrence.codes"][0]);
    }

    [Theory]
    [InlineData("""{"codes":500,"patchesPerImage":2}""", "options.cooccurrence.codes", "fewer patches than 500 codes")]
    [InlineData("""{"placement":"grid","patchesPerImage":5}""", "options.cooccurrence.patchesPerImage", "square number")]
    [InlineData("""{"patchesPerImage":64,"heldOutImages":2000}""", "options.cooccurrence.heldOutImages", "128000")]
    public async Task Options_that_do_not_go_together_are_refused(string options, string field, string words)
    {
        var problem = await RefusedAsync(options);
        Assert.Equal([field], problem.Errors!.Keys);
        Assert.Contains(words, problem.Errors![field][0]);
    }

    [Fact]
    public async Task One_image_is_no_dataset_to_compare_images_of()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("one.jpg").Open();
            entry.Write(TestImages.Jpeg(32, 32, 1));
        }
        using var form = new MultipartFormDataContent { { new StringContent("One"), "name" }, { new ByteArrayContent(bytes.ToArray()), "file", "one.zip" } };
        using var response = await answers.Server.Http.PostAsync(ApiRoutes.DatasetUpload, form, Cancel);
        var single = await answers.Server.EndedAsync((await response.Content.ReadFromJsonAsync<Dataset>(ClientJson.Options, Cancel))!);
        var problem = await RefusedAsync("{}", single.Id);
        Assert.Equal(["datasetId"], problem.Errors!.Keys);
    }

    private Task<Problem> RefusedAsync(string options, string? dataset = null) => answers.Server.RefusedAsync(
        HttpMethod.Post, "api/v1/explanations",
        $$"""{"kind":"cooccurrence","model":"{{answers.Model}}","datasetId":"{{dataset ?? answers.Dataset.Id}}","options":{"cooccurrence": {{options}} } }""");
}
