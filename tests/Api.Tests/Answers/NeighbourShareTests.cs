using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Scenes;

namespace PatchSsl.Api.Tests.Answers;

/// <summary>What neighbours share with the query, beside chance: counted here over all patches, one by one.</summary>
[Collection(AnswersCollection.Name)]
public sealed class NeighbourShareTests(AnswersFixture answers)
{
    private const int PatchesPerImage = 4, Patches = 240;
    private const string Query = "9", QueryImage = "2", QueryPlace = "1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ApiClient Api => answers.Server.Api;

    private string Patch => $"{answers.Index.Id}-{Query}";

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Chance_is_the_share_among_all_that_could_have_been_found(bool excludeSameImage, bool onePerImage)
    {
        var every = (await AskAsync(new NeighbourRequest(new NeighbourQuery(PatchId: Patch), Patches))).Items.Where(n => n.PatchId != Patch).ToList();
        var own = $"{answers.Dataset.Id}-{QueryImage}";
        var queryClass = (await Api.GetImageAsync(own, Cancel)).Class!;
        var possible = every.Where(n => n.ImageId != own || !(excludeSameImage || onePerImage)).ToList();

        var found = await AskAsync(new NeighbourRequest(new NeighbourQuery(PatchId: Patch), 24, excludeSameImage, onePerImage));
        var items = found.Items.Where(n => n.PatchId != Patch).ToList();
        var shares = found.Shares.ToDictionary(s => s.Likeness);
        Check(PatchLikeness.SameClass, n => n.Class == queryClass);
        Check(PatchLikeness.SamePosition, n => Row(n) % PatchesPerImage == int.Parse(QueryPlace));
        if (excludeSameImage || onePerImage) Assert.DoesNotContain(PatchLikeness.OwnImage, shares.Keys);
        else Check(PatchLikeness.OwnImage, n => n.ImageId == own);

        void Check(PatchLikeness likeness, Func<Neighbour, bool> alike)
        {
            var share = shares[likeness];
            Assert.Equal(items.Count, share.Of);
            Assert.Equal(items.Average(n => alike(n) ? 1.0 : 0), share.Share, 10);
            Assert.Equal(possible.Average(n => alike(n) ? 1.0 : 0), share.Chance, 10);
        }
    }

    [Fact]
    public async Task Only_images_that_pass_the_filter_make_chance()
    {
        var own = await Api.GetImageAsync($"{answers.Dataset.Id}-{QueryImage}", Cancel);
        var other = answers.Dataset.Classes.First(c => c != own.Class);
        var all = (await Api.ListImagesAsync(answers.Dataset.Id, new ListQuery(500), Cancel)).Items;
        double Count(string name) => all.Count(i => i.Class == name);
        var found = await AskAsync(new NeighbourRequest(
            new NeighbourQuery(PatchId: Patch), 10, ExcludeSameImage: true, Filter: new NeighbourFilter([own.Class!, other])));
        var share = found.Shares.Single(s => s.Likeness == PatchLikeness.SameClass);
        Assert.Equal((Count(own.Class!) - 1) / (Count(own.Class!) + Count(other) - 1), share.Chance, 10);
    }

    [Fact]
    public async Task What_is_not_defined_is_left_out()
    {
        var vector = new Vector([.. Enumerable.Range(1, answers.Index.Dim).Select(i => (float)i)]);
        Assert.Empty((await AskAsync(new NeighbourRequest(new NeighbourQuery(Vector: vector), 5))).Shares);
        var whole = await AskAsync(new NeighbourRequest(new NeighbourQuery(ImageId: $"{answers.Dataset.Id}-{QueryImage}"), 5, ExcludeSameImage: true));
        Assert.Equal([PatchLikeness.SameClass], whole.Shares.Select(s => s.Likeness));
        // An uploaded image has a place but no class, and no image here is its own.
        using var store = ImageStore.Open(Path.Combine(answers.Server.Data, "datasets", answers.Dataset.Id));
        var jpeg = ThumbnailWriter.Jpeg(store.Pixels(2), 32, 32);
        var upload = await Api.FindNeighboursAsync(
            answers.Index.Id, new UploadFile("x.jpg", new MemoryStream(jpeg)), new Box(16, 0, 16, 16), new NeighbourRequest(new NeighbourQuery(), 5), Cancel);
        Assert.Equal([(PatchLikeness.SamePosition, .25)], upload.Shares.Select(s => (s.Likeness, s.Chance)));
    }

    [Fact]
    public async Task Scenes_whose_parts_are_told_say_how_many_show_the_same_part()
    {
        const int Images = 30, Size = 32, Seed = 4, Asked = 24;
        var source = new DatasetSource(SourceKind.Generated, Images: Images, Size: Size, Seed: Seed, Scenes: GeneratedScenes.Kinds);
        var dataset = await answers.Server.EndedAsync(await Api.CreateDatasetAsync(new CreateDataset("Kinds", source), Cancel));
        var made = await Api.CreateIndexAsync(new CreateIndex(dataset.Id, answers.Model, Patches: "grid:4"), Cancel);
        await answers.Server.WaitAsync(() => Api.GetIndexAsync(made.Id, Cancel), i => i.State == ResourceState.Ready);
        var spec = new GeneratedSpec(Images, Size, Seed, SceneSet.Kinds);
        int? Kind(int image, Box box) => SceneGenerator.Parts(spec, image)
            .Look(box.X / Size, box.Y / Size, box.Width / Size, box.Height / Size).Kind;

        var every = await Api.FindNeighboursAsync(made.Id, new NeighbourRequest(new NeighbourQuery(PatchId: $"{made.Id}-0"), Images * PatchesPerImage), Cancel);
        var kinds = every.Items.ToDictionary(Row, n => Kind((int)(Row(n) / PatchesPerImage), n.Box));
        var query = kinds.Where(k => k.Value is not null).Min(k => k.Key);
        var found = await Api.FindNeighboursAsync(
            made.Id, new NeighbourRequest(new NeighbourQuery(PatchId: $"{made.Id}-{query}"), Asked, ExcludeSameImage: true), Cancel);
        var share = found.Shares.Single(s => s.Likeness == PatchLikeness.SamePart);
        Assert.Equal(found.Items.Average(n => kinds[Row(n)] == kinds[query] ? 1.0 : 0), share.Share, 10);
        var others = kinds.Where(k => k.Key / PatchesPerImage != query / PatchesPerImage);
        Assert.Equal(others.Average(k => k.Value == kinds[query] ? 1.0 : 0), share.Chance, 10);

        // A box off the grid shows what it shows; scenes whose parts are not told say nothing.
        var box = new Box(1, 2, 16, 16);
        var off = await Api.FindNeighboursAsync(made.Id, new NeighbourRequest(new NeighbourQuery(ImageId: $"{dataset.Id}-3", Box: box), 5), Cancel);
        Assert.Equal(Kind(3, box) is not null, off.Shares.Any(s => s.Likeness == PatchLikeness.SamePart));
        Assert.DoesNotContain((await AskAsync(new NeighbourRequest(new NeighbourQuery(PatchId: Patch), 5))).Shares, s => s.Likeness == PatchLikeness.SamePart);
        await Api.DeleteIndexAsync(made.Id, Cancel);
    }

    private Task<NeighbourResult> AskAsync(NeighbourRequest request) => Api.FindNeighboursAsync(answers.Index.Id, request, Cancel);

    private static long Row(Neighbour neighbour) => long.Parse(neighbour.PatchId.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture);
}
