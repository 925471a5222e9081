using PatchSsl.Web.Pages.Explain.ClosedForm;

namespace PatchSsl.Web.Tests.Explain;

public sealed class ClosedFormAddressTests
{
    [Fact]
    public void An_address_holds_all_that_is_run()
    {
        ClosedFormAddress[] views =
        [
            new(), new("chain", 12, null, 3, 500, -4), new(Drawn: new DrawnJoint(4, "9100910091"), Dimension: 2, Seed: 9),
        ];
        Assert.All(views, view => Assert.Equal(view, ClosedFormAddress.Parse(view.ToQuery())));
        Assert.Equal("?joint=9100910091&dimension=2&steps=300&seed=9", views[2].ToQuery());
        Assert.Equal((null, 4), (views[2].Request.Preset, views[2].Request.Joint!.Count));
    }

    [Theory]
    [InlineData("", "ring", 8, 300, 0L)]
    [InlineData("?dimension=0&steps=9999999&seed=x", "ring", 1, 2000, 0L)]
    [InlineData("?preset=clusters&joint=12&dimension=65&steps=-1", "clusters", 64, 300, 0L)]
    public void What_cannot_be_read_keeps_its_default_and_what_is_out_of_range_its_bound(string query, string preset, int dimension, int steps, long seed)
    {
        var view = ClosedFormAddress.Parse(query);
        Assert.Equal((preset, dimension, steps, seed, null), (view.Preset, view.Dimension, view.Steps, view.Seed, view.Drawn));
    }

    [Fact]
    public void A_drawn_joint_is_symmetric_and_sums_to_one()
    {
        // Rows: 9 1 0 0 / 1 9 1 0 / 0 1 0 0 / 0 0 0 1.
        var drawn = DrawnJoint.Parse("9100910001")!;
        Assert.Equal((9, 1, 1, 9, 1, 1), (drawn[0, 0], drawn[0, 1], drawn[1, 0], drawn[1, 1], drawn[2, 1], drawn[3, 3]));
        var joint = drawn.Joint();
        Assert.Equal(1, joint.Sum(row => row.Sum()), 12);
        Assert.Equal(9 / 23.0, joint[0][0], 12);
        for (var i = 0; i < 4; i++) for (var j = 0; j < 4; j++) Assert.Equal(joint[i][j], joint[j][i]);
    }

    [Fact]
    public void Cells_are_set_in_both_places_within_bounds()
    {
        var drawn = DrawnJoint.Parse("0000000000")!;
        Assert.Equal([0, 1, 2, 3], drawn.Unseen);
        var raised = drawn.With(3, 1, 12).With(0, 0, -1);
        Assert.Equal((9, 9, 0), (raised[1, 3], raised[3, 1], raised[0, 0]));
        Assert.Equal([0, 2], raised.Unseen);
        var larger = raised.Resized(6);
        Assert.Equal((6, 21, 9, 9, 0), (larger.Symbols, larger.Levels.Length, larger[3, 1], larger[5, 5], larger[5, 1]));
        Assert.Equal(raised, larger.Resized(4));
        Assert.Equal("9000900909", DrawnJoint.Of([[.25, 0, 0, 0], [0, .25, 0, 0], [0, 0, .25, 0], [0, 0, 0, .25]]).Levels);
    }
}
