using PatchSsl.Client.Contracts;
using PatchSsl.Web.Patches;

namespace PatchSsl.Web.Tests.Patches;

public sealed class NeighbourAddressTests
{
    public static TheoryData<NeighbourAddress> Views =>
    [
        new NeighbourAddress(),
        new NeighbourAddress("idx_1", "idx_2", "ds_1-7", 5, K: 48, OnePerImage: false, OtherImages: false, Class: "hot dog & bun", Map: MapKind.First),
        new NeighbourAddress("idx_1", NeighbourAddress.None, "ds_1-7", Box: new Box(1.5, 2, 30, 4.25), Map: MapKind.Beside),
        new NeighbourAddress(Order: NeighbourOrder.Farthest, Within: ClassNames.Of(["salt, pepper", "a&b=c", "dog"]), Compare: "ds_2-4", Scale: MapScale.Signed, Opacity: 0, Before: true),
        new NeighbourAddress("idx_1", Image: "ds_1-7", Patch: 0, Trail: new Trail([new("ds_1-3", new Box(0, 0, 16, 16)), new("ds_1-9", new Box(5.333, 0, 16, 16))])),
    ];

    [Theory]
    [MemberData(nameof(Views))]
    public void An_address_reproduces_the_view(NeighbourAddress view)
    {
        Assert.Equal(view, NeighbourAddress.Parse(view.ToQuery()));
        Assert.Equal(view.ToQuery(), NeighbourAddress.Parse(view.ToQuery()).ToQuery());
    }

    [Fact]
    public void Defaults_leave_no_trace_in_the_address() => Assert.Equal("", new NeighbourAddress().ToQuery());

    [Fact]
    public void An_address_that_makes_no_sense_falls_back_to_defaults() =>
        Assert.Equal(new NeighbourAddress("i", K: 1000, Trail: Trail.Empty), NeighbourAddress.Parse("?index=i&patch=-3&box=1,2,x,4&k=99999&map=sideways&trail=;;a@b&order=1&scale=log&within=&opacity=-4"));

    [Fact]
    public void A_free_box_wins_over_a_cell()
    {
        var view = NeighbourAddress.Parse("?patch=3&box=1,2,3,4");
        Assert.Equal((null, new Box(1, 2, 3, 4)), (view.Patch, view.Box));
    }
}

public sealed class TrailTests
{
    private static TrailStep Step(int i) => new($"ds_1-{i}", new Box(i, 0, 16, 16));

    [Fact]
    public void Grows_by_where_the_search_came_from_and_goes_back()
    {
        var trail = Trail.Empty.Append(Step(1)).Append(Step(2)).Append(Step(3));
        Assert.Equal([Step(1), Step(2), Step(3)], trail.Steps);
        Assert.Equal(Trail.Empty.Append(Step(1)), trail.Before(1));
        Assert.Equal(Trail.Empty, trail.Before(0));
    }

    [Fact]
    public void Keeps_its_newest_steps_when_it_grows_long()
    {
        var trail = Enumerable.Range(0, 20).Aggregate(Trail.Empty, (t, i) => t.Append(Step(i)));
        Assert.Equal(Enumerable.Range(12, Trail.MaxSteps).Select(Step), trail.Steps);
    }

    [Fact]
    public void Reads_what_it_wrote_and_leaves_out_what_it_cannot_read()
    {
        var trail = Trail.Empty.Append(Step(1)).Append(Step(2));
        Assert.Equal(trail, Trail.Parse(trail.ToString()));
        Assert.Equal(trail, Trail.Parse($"nonsense;{trail};ds_1-4@1,2,-3,4"));
    }
}
