using Bunit;
using Microsoft.AspNetCore.Components.Web;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Patches;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Patches;

public sealed class PatchStageTests : DashboardContext
{
    private static readonly PatchCells Cells = PatchCells.Of("grid:16", 0.25, 32, 32);
    private readonly List<int> _cells = [];
    private readonly List<Box> _boxes = [];

    private IRenderedComponent<PatchStage> Stage(Box? box = null, SimilarityMap? map = null) => Render<PatchStage>(p => p
        .Add(s => s.Source, "picture").Add(s => s.Alt, "a cat").Add(s => s.Width, 32).Add(s => s.Height, 32).Add(s => s.Cells, Cells)
        .Add(s => s.Box, box).Add(s => s.Map, map).Add(s => s.OnCell, _cells.Add).Add(s => s.OnBox, _boxes.Add));

    [Fact]
    public async Task A_click_chooses_the_cell_under_it()
    {
        var stage = Stage();
        await stage.InvokeAsync(() => stage.Instance.PointerUp(0.9, 0.1, 0.905, 0.1));
        Assert.Equal([3], _cells);
        Assert.Empty(_boxes);
    }

    [Fact]
    public async Task Where_nothing_is_chosen_clicks_drags_and_keys_do_nothing_and_scores_are_still_read()
    {
        var stage = Render<PatchStage>(p => p.Add(s => s.Source, "picture").Add(s => s.Alt, "a cat").Add(s => s.Width, 32).Add(s => s.Height, 32)
            .Add(s => s.Cells, Cells).Add(s => s.Map, PatchSamples.Map("x")).Add(s => s.ReadOnly, true).Add(s => s.OnCell, _cells.Add).Add(s => s.OnBox, _boxes.Add));
        await stage.InvokeAsync(() => stage.Instance.PointerUp(0.9, 0.1, 0.905, 0.1));
        await stage.InvokeAsync(() => stage.Instance.PointerDrag(0.25, 0.25, 0.75, 0.5));
        await stage.InvokeAsync(() => stage.Instance.PointerUp(0.25, 0.25, 0.75, 0.5));
        Assert.Empty(_cells);
        Assert.Empty(_boxes);
        Assert.Empty(stage.FindAll(".shade"));
        Assert.Equal("img", stage.Find(".surface").GetAttribute("role"));
        await stage.InvokeAsync(() => stage.Instance.PointerOver(0.9, 0.9));
        Assert.Equal("0.938", stage.Find(".readout").TextContent);
    }

    [Fact]
    public async Task A_drag_shows_its_box_and_chooses_it()
    {
        var stage = Stage();
        await stage.InvokeAsync(() => stage.Instance.PointerDrag(0.25, 0.25, 0.75, 0.5));
        Assert.Equal(("8", "16"), (stage.Find(".edge.inner").GetAttribute("x"), stage.Find(".edge.inner").GetAttribute("width")));
        await stage.InvokeAsync(() => stage.Instance.PointerUp(0.25, 0.25, 0.75, 0.5));
        Assert.Equal([new Box(8, 8, 16, 8)], _boxes);
        Assert.Empty(_cells);
    }

    [Theory]
    [InlineData("ArrowRight", 1)]
    [InlineData("ArrowDown", 4)]
    [InlineData("ArrowLeft", 0)]
    public void Arrow_keys_move_the_cell(string key, int expected)
    {
        Stage(Cells.Boxes[0]).Find(".surface").KeyDown(new KeyboardEventArgs { Key = key });
        Assert.Equal([expected], _cells);
    }

    [Fact]
    public void Other_keys_are_left_alone()
    {
        Stage(Cells.Boxes[0]).Find(".surface").KeyDown(new KeyboardEventArgs { Key = "Tab" });
        Assert.Empty(_cells);
    }

    [Fact]
    public void Tells_where_the_box_lies_and_keeps_small_pictures_sharp()
    {
        var stage = Stage(Cells.Boxes[1]);
        Assert.Contains("16 by 16 pixels at 5, 0", stage.Find(".surface").GetAttribute("aria-label"));
        Assert.Equal("sharp", stage.Find("img").ClassName);
    }

    [Fact]
    public async Task Lays_the_similarity_map_over_the_picture_and_reads_out_the_score_under_the_pointer()
    {
        var map = new SimilarityMap("i", 4, 4, [.. Cells.Boxes.Select((b, i) => new SimilarityCell(b, i / 16.0))]);
        var stage = Stage(Cells.Boxes[0], map);
        Assert.Equal(16, stage.FindAll(".map rect").Count);
        await stage.InvokeAsync(() => stage.Instance.PointerOver(0.99, 0.99));
        Assert.Equal("0.938", stage.Find(".readout").TextContent);
        await stage.InvokeAsync(stage.Instance.PointerAway);
        Assert.Empty(stage.FindAll(".readout"));
    }
}
