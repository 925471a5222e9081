using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Images;

namespace PatchSsl.Core.Tests.Evaluation;

public sealed class EvaluationSplitTests : IDisposable
{
    private readonly EvaluationSets _sets = new();

    public void Dispose() => _sets.Dispose();

    [Fact]
    public void The_split_holds_what_the_plan_says_and_no_image_twice()
    {
        using var store = ImageStore.Open(_sets.Coloured(90, i => i % 4 == 3 ? -1 : i % 3, _ => "train"));
        foreach (var choice in new SplitChoice[] { new(), new(MaxTrainImages: 20, MaxTestImages: 6), new(Classes: ["class0", "class2"]) })
        {
            var (plan, _) = SplitPlan.Of(LabelCounts.Of(store), choice, EvaluationKind.Knn, null);
            var split = Of(store, choice);
            Assert.Equal(plan!.TrainOf, Enumerable.Range(0, split.Classes).Select(c => split.TrainLabels.Count(l => l == c)));
            Assert.Equal(plan.TestOf, Enumerable.Range(0, split.Classes).Select(c => split.TestLabels.Count(l => l == c)));
            Assert.Empty(split.Train.Intersect(split.Test));
            Assert.Equal(split.All.Length, split.All.Distinct().Count());
            Assert.Equal(split.Train.Select(i => store.Classes[store.ClassIndex(i)]), split.TrainLabels.Select(l => store.Classes[plan.Classes[l]]));
            Assert.Equal(split.Test.Select(i => store.Classes[store.ClassIndex(i)]), split.TestLabels.Select(l => store.Classes[plan.Classes[l]]));
            Assert.Contains($"{plan.Train} train and {plan.Test} test images", split.Description);
        }
    }

    [Fact]
    public void The_seed_draws_it()
    {
        using var store = ImageStore.Open(_sets.Coloured(90, i => i % 3, _ => "train"));
        var choice = new SplitChoice(MaxTrainImages: 30);
        var split = Of(store, choice);
        Assert.Equal(split.Train, Of(store, choice).Train);
        Assert.Equal(split.Test, Of(store, choice).Test);
        Assert.NotEqual(split.Train, Of(store, choice, seed: 6).Train);
        Assert.NotEqual(split.Test, Of(store, choice, seed: 6).Test);
        Assert.Contains("drawn with seed 5", split.Description);
    }

    [Fact]
    public void Leaving_a_class_out_draws_the_others_alike()
    {
        using var store = ImageStore.Open(_sets.Coloured(90, i => i % 3, _ => "train"));
        var (all, two) = (Of(store, new()), Of(store, new(Classes: ["class1", "class2"])));
        Assert.Equal(all.Test.Where(i => store.ClassIndex(i) > 0), two.Test);
    }

    [Fact]
    public void Named_splits_and_unlabelled_images_are_kept_apart()
    {
        using var store = ImageStore.Open(_sets.Coloured(90, i => i % 4 == 3 ? -1 : i % 3, i => i < 40 ? "night" : "day"));
        var split = Of(store, new SplitChoice("night", "day"));
        Assert.Equal(Enumerable.Range(0, 40).Where(i => i % 4 != 3), split.Train);
        Assert.Equal(Enumerable.Range(40, 50).Where(i => i % 4 != 3), split.Test);
        Assert.Contains("the split night, test = labelled images of the split day", split.Description);
    }

    private static EvaluationSplit Of(ImageStore store, SplitChoice choice, long seed = 5) =>
        EvaluationSplit.Of(store, choice, seed, EvaluationKind.Knn, null);
}
