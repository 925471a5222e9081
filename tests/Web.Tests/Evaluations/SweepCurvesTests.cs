using PatchSsl.Client.Contracts;
using PatchSsl.Web.Charts;
using PatchSsl.Web.Pages.Evaluations;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Evaluations;

public sealed class SweepCurvesTests
{
    private readonly Figures _figures = new(PatchSamples.Sweep());

    [Fact]
    public void A_space_is_a_curve_with_its_spread_and_the_whole_image_a_level_line_beside_it()
    {
        Assert.Equal(["linear", "kNN, k\u00a0200"], _figures.Measures.Select(m => m.Title));
        var series = SweepCurves.Of(_figures, _figures.Measures[0]);
        Assert.Equal(["h, bag", "h, whole image", "z, bag", "z, whole image", "raw pixels"], series.Select(s => s.Name));
        var (bag, whole) = (series[0], series[1]);
        Assert.Equal([1, 16], bag.X);
        Assert.Equal([.55, .85], bag.Y.Select(y => Math.Round(y, 9)));
        Assert.Equal([.548, .848], bag.Low!.Select(y => Math.Round(y, 9)));
        Assert.Equal([1, 16], whole.X);
        Assert.Equal(SeriesStyle.Dashed, whole.Style);
        Assert.Equal(bag.Color, whole.Color);
    }

    [Fact]
    public void Knn_has_no_spread() => Assert.All(SweepCurves.Of(_figures, _figures.Measures[1]), s => Assert.Null(s.Low));

    [Fact]
    public void The_headline_and_its_baselines_share_one_setting()
    {
        Assert.Equal(.85, _figures.Headline()!.Accuracy, 9);
        Assert.Equal(.425, _figures.Headline(Figures.Untrained)!.Accuracy, 9);
        Assert.Equal(.33, _figures.Headline(Figures.RawPixels)!.Accuracy, 9);
        Assert.Null(new Figures(PatchSamples.Sweep(state: ResourceState.Building)).Headline());
    }
}
