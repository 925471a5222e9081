using PatchSsl.Core.Evaluation;

namespace PatchSsl.Core.Tests.Evaluation;

public sealed class SplitPlanTests
{
    private static readonly LabelCounts Labels = new(["ant", "bee", "cat"], new Dictionary<string, IReadOnlyList<int>>
    {
        ["train"] = [100, 50, 10],
        ["test"] = [20, 20, 20],
        ["val"] = [5, 0, 5],
    });

    [Fact]
    public void Train_and_test_are_taken_where_there_are_such()
    {
        var plan = Plan(new SplitChoice());
        Assert.Equal((160, 60), (plan.Train, plan.Test));
        Assert.Equal(["train"], plan.TrainFrom);
        Assert.Equal("test", plan.TestFrom);
    }

    [Theory]
    [InlineData("val", "test", 10, 60)]
    [InlineData("train", "val", 160, 10)]
    [InlineData(null, "val", 160, 10)]
    [InlineData("val", null, 10, 60)]
    [InlineData(null, "train", 70, 160)]
    public void Splits_are_taken_by_name(string? train, string? test, int trained, int asked)
    {
        var plan = Plan(new SplitChoice(train, test));
        Assert.Equal((trained, asked), (plan.Train, plan.Test));
    }

    [Fact]
    public void Without_a_test_split_a_fifth_of_every_class_is_held_out()
    {
        var plan = Plan(new SplitChoice(), labels: new(["ant", "bee", "cat"], new Dictionary<string, IReadOnlyList<int>> { ["train"] = [100, 50, 4] }));
        Assert.Null(plan.TestFrom);
        Assert.Equal([20, 10, 1], plan.TestOf);
        Assert.Equal([80, 40, 3], plan.TrainOf);
    }

    [Theory]
    [InlineData(30, new[] { 10, 10, 10 })]
    [InlineData(100, new[] { 45, 45, 10 })]
    [InlineData(151, new[] { 91, 50, 10 })]
    [InlineData(5000, new[] { 100, 50, 10 })]
    public void A_subset_is_as_balanced_as_the_classes_allow(int most, int[] expected)
    {
        var plan = Plan(new SplitChoice(MaxTrainImages: most, MaxTestImages: 6));
        Assert.Equal(expected, plan.TrainOf);
        Assert.Equal([2, 2, 2], plan.TestOf);
    }

    [Fact]
    public void Classes_are_taken_by_name()
    {
        var plan = Plan(new SplitChoice(Classes: ["cat", "ant"]));
        Assert.Equal([0, 2], plan.Classes);
        Assert.Equal((110, 40), (plan.Train, plan.Test));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var problems = Problems(new SplitChoice("all", "none", ["ant", "dog"], -1, -2), [new(0, .1), new(5, -1)]);
        Assert.Equal(
            ["split.train", "split.test", "split.classes", "split.maxTrainImages", "split.maxTestImages", "neighbours[0].k", "neighbours[1].temperature"],
            problems.Select(p => p.Field));
        foreach (var (words, problem) in new[] { "'all'", "'none'", "'dog'", "-1", "-2", "k is 0", "temperature is -1" }.Zip(problems)) Assert.Contains(words, problem.Text);
    }

    [Theory]
    [InlineData("train", "train", null, 0, 0, "split.test", "both 'train'")]
    [InlineData(null, null, "ant", 0, 0, "split.classes", "two classes or more, got 1")]
    [InlineData("val", "test", "ant,bee", 0, 0, "split.classes", "'bee' has no train image")]
    [InlineData(null, null, null, 1, 0, "split.maxTrainImages", "there is one, in 1 images")]
    [InlineData("train", "val", "bee,ant", 0, 161, "neighbours[0].k", "k is 161 and the bank has 150 images")]
    public void What_cannot_be_is_named(string? train, string? test, string? classes, int most, int k, string field, string words)
    {
        var problems = Problems(new SplitChoice(train, test, classes?.Split(','), most), k == 0 ? null : [new(k, .1)]);
        Assert.Contains(problems, p => p.Field == field && p.Text.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_linear_probe_needs_an_image_to_choose_its_rate_on()
    {
        var single = new LabelCounts(["ant", "bee"], new Dictionary<string, IReadOnlyList<int>> { ["train"] = [1, 1], ["test"] = [5, 5] });
        Assert.NotNull(SplitPlan.Of(single, new SplitChoice(), EvaluationKind.Knn, null).Plan);
        Assert.Contains("two train images", Assert.Single(SplitPlan.Of(single, new SplitChoice(), EvaluationKind.Linear, null).Problems).Text);
    }

    private static SplitPlan Plan(SplitChoice choice, LabelCounts? labels = null)
    {
        var (plan, problems) = SplitPlan.Of(labels ?? Labels, choice, EvaluationKind.Linear, null);
        Assert.Empty(problems);
        return plan!;
    }

    private static IReadOnlyList<SplitProblem> Problems(SplitChoice choice, IReadOnlyList<KnnSetting>? neighbours) =>
        SplitPlan.Of(Labels, choice, EvaluationKind.Sweep, neighbours).Problems;
}
