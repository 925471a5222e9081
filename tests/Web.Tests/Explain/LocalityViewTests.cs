using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Explain;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Explain;

public sealed class LocalityViewTests : DashboardContext
{
    private static MeanEstimate Mean(double mean) => new(mean, mean * .9, mean * 1.1, 500);

    private static LocalityMeasure Measure(PatchLikeness likeness, double h, double z, double chance, int sign, ExpectationOutcome outcome) => new(
        likeness, null, Mean(chance), [new(VectorKind.Embedding, Mean(h)), new(VectorKind.Projection, Mean(z))],
        [new(VectorKind.Projection, new ExpectedDifference(sign, Mean(z - h), outcome))]);

    private static LocalityReport Report { get; } = new(1000, 10_000, "test", 16_000, 500, 500, 10,
    [
        Measure(PatchLikeness.SameClass, .2, .3, .1, 1, ExpectationOutcome.AsExpected),
        Measure(PatchLikeness.ColourDistance, 8, 6, 30, 1, ExpectationOutcome.Against),
        new LocalityMeasure(PatchLikeness.OrientationDistance, "It is defined for no patch asked.", null, [], []),
    ],
    [
        new LocalityExample(new("ds_1-7", 3, new(8, 0, 16, 16)),
        [
            new(VectorKind.Embedding, [new(1, new("ds_1-9", 0, new(0, 0, 16, 16)), .93f)]),
            new(VectorKind.Projection, [new(1, new("ds_1-4", 2, new(0, 16, 16, 16)), .81f)]),
        ]),
    ], "All of it.");

    [Fact]
    public void Figures_stand_beside_what_was_expected_of_them()
    {
        var view = Render<LocalityView>(p => p.Add(v => v.Report, Report));
        Assert.Equal(["Measure", "h", "z", "Chance", "z − h", "Expected", "Verdict"], view.FindAll("thead th").Select(h => h.TextContent));
        string[] Row(int i) => [.. view.FindAll("tbody tr")[i].Children.Select(c => c.TextContent.Trim())];
        Assert.Equal("20.018.0 to 22.0", Row(0)[1]);
        Assert.Equal(("+10.0+9.0 to +11.0", "z > h", "as expected"), (Row(0)[4], Row(0)[5], Row(0)[6]));
        Assert.StartsWith("−2.00", Row(1)[4]);
        Assert.Equal("against", Row(1)[6]);
        Assert.Contains("It is defined for no patch asked.", Row(2)[1]);
        Assert.Contains("a seeded sample of 1,000 of 10,000 images of split test", view.Markup);
    }

    [Fact]
    public void The_picture_puts_all_on_one_axis_from_zero()
    {
        var view = Render<LocalityView>(p => p.Add(v => v.Report, Report));
        var rows = view.FindAll(".dots-row");
        Assert.Equal(2, rows.Count);
        // Class: the largest upper end is .33, so the axis ends at .4.
        Assert.Equal(["left: 50%", "left: 75%"], rows[0].QuerySelectorAll(".dot").Select(d => d.GetAttribute("style")));
        Assert.Equal("left: 25%", rows[0].QuerySelector(".chance")!.GetAttribute("style"));
        Assert.Equal("40.0", rows[0].QuerySelectorAll(".ends span")[1].TextContent);
    }

    [Fact]
    public void Every_crop_leads_to_the_neighbours_page()
    {
        var view = Render<LocalityView>(p => p.Add(v => v.Report, Report));
        Assert.Equal(
            ["neighbours?image=ds_1-7&box=8,0,16,16", "neighbours?image=ds_1-9&box=0,0,16,16", "neighbours?image=ds_1-4&box=0,16,16,16"],
            view.FindAll(".example a").Select(a => a.GetAttribute("href")));
        Assert.All(view.FindAll(".example img"), i => Assert.Contains("/patch?", i.GetAttribute("src")));
        Assert.Contains("cosine 0.93", view.FindAll(".example img")[1].GetAttribute("alt"));
    }

    [Fact]
    public void A_model_of_one_space_is_set_beside_chance_alone()
    {
        var alone = Report with
        {
            Measures = [Report.Measures[0] with { Means = [Report.Measures[0].Means[0]], Differences = [] }],
            Examples = [],
        };
        var view = Render<LocalityView>(p => p.Add(v => v.Report, alone));
        Assert.Equal(["Measure", "h", "Chance"], view.FindAll("thead th").Select(h => h.TextContent));
        Assert.Contains("one space", view.Markup);
    }
}
