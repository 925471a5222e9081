using Bunit;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Explain;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Explain;

public sealed class CooccurrenceViewTests : DashboardContext
{
    public CooccurrenceViewTests() => RenderProviders();

    [Fact]
    public void Shows_a_scatter_a_measure_and_the_control_beside_each_figure()
    {
        var view = Open();
        Assert.Equal(3, view.FindComponents<CooccurrenceScatter>().Count);
        Assert.Equal(["embedding (h), cosine", "projection (z), cosine", "projection (z), as it is"], view.FindAll("figure h3").Select(h => h.TextContent));
        var rows = view.FindAll(".figures tbody tr").Select(r => string.Join('|', r.QuerySelectorAll("td").Select(c => string.Join(' ', c.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))))).ToArray();
        Assert.Equal("0.510[0.400, 0.600]|0.310[0.200, 0.400]|0.510[0.400, 0.600]|0.310[0.200, 0.400]|0.51[0.4, 0.6]|0.51[0.4, 0.6]", rows[2]);
        Assert.StartsWith("0.010[0.000, 0.100]|", rows[3]);
        Assert.Contains("the product of projections as they are is the ratio itself", view.Markup);
        Assert.Contains("0.25 of the area", view.Find(".protocol").TextContent);
    }

    [Fact]
    public void A_pair_of_the_lists_shows_its_codes_as_crops_and_its_marks()
    {
        var view = Open();
        Assert.Contains("Point at a mark", view.Find(".looked").TextContent);
        var first = view.Find(".lists button");
        Assert.Equal("Codes 0 and 1, ratio 3, product 0.8", first.GetAttribute("aria-label"));
        first.Click();
        var looked = view.Find(".looked");
        Assert.Equal(2, looked.QuerySelectorAll("img").Length);
        Assert.Contains("ds_1-7", looked.QuerySelector("img")!.GetAttribute("src"));
        Assert.Contains("30, 10 expected", looked.TextContent);
        Assert.Contains("(0.9 within one image)", looked.TextContent);
        Assert.Equal("true", view.Find(".lists button").GetAttribute("aria-pressed"));
        Assert.Equal(3, view.FindAll("path.chosen").Count);
    }

    [Fact]
    public async Task The_pointer_finds_the_nearest_mark_and_no_far_one()
    {
        var view = Open();
        var scatter = view.FindComponents<CooccurrenceScatter>()[1];
        await view.InvokeAsync(() => scatter.Instance.PointerOver(.5, .02, 300, 280));
        Assert.Contains("Point at a mark", view.Find(".looked").TextContent);
        await view.InvokeAsync(() => scatter.Instance.PointerOver(.74, .05, 300, 280));
        view.WaitForAssertion(() => Assert.Contains("code 1 ·", view.Find(".looked").TextContent));
    }

    [Fact]
    public async Task The_logarithm_leaves_out_what_was_never_seen()
    {
        var view = Open();
        var choice = view.FindAll(".mud-toggle-item").Single(i => i.TextContent.Contains("Log"));
        await view.InvokeAsync(() => choice.Click());
        view.WaitForAssertion(() => Assert.Contains("without a logarithm", view.Markup));
        Assert.Equal(4, view.FindComponents<CooccurrenceScatter>()[0].Instance.Points.Points.Count);
        Assert.Contains("ln p(a,b)", view.Markup);
    }

    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(-.12, .34, "-0.1 0 0.1 0.2 0.3")]
    [InlineData(.3, 27, "5 10 15 20 25")]
    public void Ticks_are_round_numbers(double low, double high, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', new ScatterFrame(low, high, 0, 1).TicksX.Select(t => t.ToString(System.Globalization.CultureInfo.InvariantCulture))));

    private IRenderedComponent<CooccurrenceView> Open() => Render<CooccurrenceView>(p => p.Add(v => v.Report, Report()));

    private static CooccurrenceReport Report()
    {
        CooccurrenceMeasure[] measures = [new(VectorKind.Embedding, true), new(VectorKind.Projection, true), new(VectorKind.Projection, false)];
        CooccurrenceCode[] codes = [.. Enumerable.Range(0, 3).Select(i => new CooccurrenceCode(40, 8, [new($"ds_1-{7 + i}", new Box(0, 4, 16, 16))]))];
        CooccurrenceCell[] cells = [Cell(0, 0, 40, .7), Cell(0, 1, 30, .8), Cell(0, 2, 0, .1), Cell(1, 1, 20, .6), Cell(1, 2, 8, .2)];
        var fits =
            from m in Enumerable.Range(0, 3)
            from against in Enum.GetValues<CooccurrenceAgainst>()
            from part in Enum.GetValues<CooccurrenceCells>()
            select new CooccurrenceFit(m, against, part, 5, Figures(part == CooccurrenceCells.All ? .51 : .31), Control());
        return new CooccurrenceReport(measures, codes, [.. fits], cells, 5, 1, 0, 1, 20, 10, 100, .25, .4, 12, 0, "spectral", "Patches of 0.25 of the area.");

        static CooccurrenceCell Cell(int a, int b, long seen, double y) => new(a, b, seen, 10, seen / 10.0, 1, [y, y, 2 * y], [y + .1, null, y]);
        static CooccurrenceFigures Figures(double v) => All(new(v, Math.Round(v - .11, 2), Math.Round(v + .09, 2)));
        static CooccurrenceFigures Control() => All(new(.01, 0, .1));
        static CooccurrenceFigures All(FigureEstimate e) => new(e, e, e, e);
    }
}
