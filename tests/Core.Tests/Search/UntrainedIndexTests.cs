using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Indexing;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Search;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;
using PatchSsl.Core.Tests.Training;
using PatchSsl.Core.Training;

namespace PatchSsl.Core.Tests.Search;

/// <summary>An index of a run's encoder as it was before the first step.</summary>
public sealed class UntrainedIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingFixture _runs = new();

    public void Dispose()
    {
        _folder.Dispose();
        _runs.Dispose();
    }

    [Theory]
    [InlineData(VectorSpace.Embedding)]
    [InlineData(VectorSpace.Projection)]
    public void It_has_the_vectors_of_step_0_and_not_those_of_what_was_trained(VectorSpace space)
    {
        var recipe = TrainingFixture.Recipe with { MaxSteps = 2 };
        TrainingFixture.Train(_runs.Spec("run", recipe, seed: 11));
        var trained = _runs.Checkpoint("run", 2);
        var atStart = _folder["step-0.safetensors"];
        using (var learner = Learner.Create(recipe, TrainingFixture.Runtime().Plan, seed: 11))
            CheckpointFile.Save(atStart, learner.Model, null, new CheckpointInfo(learner.Model.Spec, 0, 11, null));

        var untrained = Build("untrained.index", trained, space, untrained: true);
        var step0 = Build("step0.index", atStart, space);
        var after = Build("trained.index", trained, space);

        Assert.Equal(step0.VectorsSha256, untrained.VectorsSha256);
        Assert.NotEqual(after.VectorsSha256, untrained.VectorsSha256);
        Assert.Equal((true, false, after.CheckpointSha256), (untrained.Untrained, after.Untrained, untrained.CheckpointSha256));
        Assert.NotEqual(Build("other.index", OfSeed(recipe, 12), space).VectorsSha256, untrained.VectorsSha256);
    }

    [Fact]
    public void A_model_that_no_run_made_has_none()
    {
        var failure = Assert.Throws<JobFailedException>(() => Build("a.index", TestModel.Save(_folder), VectorSpace.Embedding, untrained: true));
        Assert.Contains("before training are not known", failure.Message);
        Assert.False(File.Exists(_folder["a.index"]));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(1)]
    public void Its_average_cosine_is_that_of_all_pairs_of_different_images(int grid)
    {
        var spec = Spec("a.index", TestModel.Save(_folder), VectorSpace.Embedding, grid: new PatchGrid(grid));
        var result = IndexBuild.Run(spec, TestModel.Runtime(), new Recorder(), TestContext.Current.CancellationToken);

        using var index = IndexFile.Open(spec.OutputFile);
        double sum = 0, pairs = 0;
        for (var a = 0L; a < index.Count; a++)
        {
            for (var b = 0L; b < index.Count; b++)
            {
                if (a / grid == b / grid) continue;
                sum += IndexFixture.Cosine(index.Vector(a), index.Vector(b));
                pairs++;
            }
        }
        Assert.Equal(sum / pairs, result.AverageCosine!.Value, 4);                      // half precision
    }

    [Fact]
    public void One_image_has_no_average()
    {
        var spec = Spec("a.index", TestModel.Save(_folder), VectorSpace.Embedding, images: 1);
        Assert.Null(IndexBuild.Run(spec, TestModel.Runtime(), new Recorder(), TestContext.Current.CancellationToken).AverageCosine);
    }

    private string OfSeed(Recipe recipe, long seed)
    {
        var path = _folder[$"seed-{seed}.safetensors"];
        using var model = SslModel.Create(ModelSpec.Of(recipe), TrainingFixture.Runtime().Plan, seed);
        CheckpointFile.Save(path, model, null, new CheckpointInfo(model.Spec, 0, seed, null));
        return path;
    }

    private IndexHeader Build(string name, string model, VectorSpace space, bool untrained = false)
    {
        var spec = Spec(name, model, space) with { Untrained = untrained };
        IndexBuild.Run(spec, TrainingFixture.Runtime(), new Recorder(), TestContext.Current.CancellationToken);
        using var index = IndexFile.Open(spec.OutputFile);
        return index.Header;
    }

    private IndexSpec Spec(string name, string model, VectorSpace space, int images = 12, PatchGrid? grid = null)
    {
        var store = Path.Exists(_folder["ds_test"]) ? _folder["ds_test"] : TestModel.Store(_folder, images, _ => (null, "train", 24, 24), TestModel.Noise());
        return new IndexSpec(store, model, space, grid ?? new PatchGrid(4), _folder[name]);
    }
}
