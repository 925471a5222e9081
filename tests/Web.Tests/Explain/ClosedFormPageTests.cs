using System.Net;
using System.Text;
using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Explain.ClosedForm;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Explain;

public sealed class ClosedFormPageTests : DashboardContext
{
    private const string Route = "/api/v1/explanations/closed-form";
    private static readonly double[][] Quarters = [[.25, 0, 0, 0], [0, .25, 0, 0], [0, 0, .25, 0], [0, 0, 0, .25]];

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private IRenderedComponent<ClosedFormPage> Open(string query = "")
    {
        Server.Get(Route + "/presets", new ClosedFormPresets(
            [new("ring", "A ring", "Symbols on a circle.", 4, true, Quarters), new("clusters", "Four clusters", "Four kinds.", 4, true, Quarters)]));
        Server.On("POST", Route, _ => Lines(new ClosedFormLine(Theory: Theory), new ClosedFormLine(Frame: new ClosedFormFrame(150, -3, -2.9, .8, Scaled(3))), new ClosedFormLine(Result: Result())));
        RenderProviders();
        Navigation.NavigateTo("explain/closed-form" + query);
        var page = Render<ClosedFormPage>();
        page.WaitForElement("[aria-label=Experiment]");
        return page;
    }

    [Fact]
    public void Without_an_address_nothing_runs_until_asked()
    {
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("Nothing trained yet", page.Markup));
        Assert.Empty(Server.Sent("POST", Route));
        page.FindAll("button").Single(b => b.TextContent.Trim() == "Run").Click();
        page.WaitForAssertion(() => Assert.Contains("as the theory says", page.Find(".verdict-yes").TextContent));
        Assert.EndsWith("?preset=ring&dimension=8&steps=300&seed=0", Navigation.Uri);
        Assert.Contains("0.9990", page.Find(".facts").TextContent);
        Assert.Contains("1.2°", page.Find(".facts").TextContent);
        Assert.Contains("all 4 eigenvalues", page.Find(".reach").TextContent);
    }

    [Fact]
    public void An_address_is_run_as_it_stands()
    {
        var page = Open("?joint=9000900909&dimension=4&steps=100&seed=5");
        page.WaitForAssertion(() => Assert.Contains("as the theory says", page.Markup));
        var sent = JsonSerializer.Deserialize<ClosedFormRequest>(Server.Sent("POST", Route).Single().Body, ClientJson.Options)!;
        Assert.Equal((null, 4, 100, 5L), (sent.Preset, sent.Dimension, sent.Steps, sent.Seed));
        Assert.Equal([.25, 0, 0, 0], sent.Joint![0]!);
        Assert.EndsWith("?joint=9000900909&dimension=4&steps=100&seed=5", Navigation.Uri);
    }

    [Fact]
    public void Drawing_changes_both_cells_and_the_address()
    {
        var page = Open();
        var surface = page.Find(".surface.editable");
        // The first arrow chooses the first cell, the next ones move from there.
        foreach (var key in new[] { "ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight", "7", "+" }) surface.KeyDown(new KeyboardEventArgs { Key = key });
        page.WaitForAssertion(() => Assert.Contains("joint=9000980909", Navigation.Uri));
        Assert.Contains("Symbols 1 and 2: p =", page.Find(".draw .field-help").TextContent);
        // By pointer: pressed on the first cell with shift, and once more on a neighbour, reached while held down.
        page.FindAll(".surface.editable rect")[0].PointerDown(new PointerEventArgs { Button = 0, ShiftKey = true, Buttons = 1 });
        page.FindAll(".surface.editable rect")[1].TriggerEvent("onpointerover", new PointerEventArgs { Buttons = 1 });
        page.WaitForAssertion(() => Assert.Contains("joint=8100980909", Navigation.Uri));
        Assert.Empty(Server.Sent("POST", Route));
    }

    [Fact]
    public void A_symbol_that_meets_nothing_cannot_be_run()
    {
        var page = Open("?joint=9000900900");
        page.WaitForAssertion(() => Assert.Contains("Symbol 3 meets nothing", page.Find("[role=status]").TextContent));
        Assert.True(page.FindAll("button").Single(b => b.TextContent.Trim() == "Run").HasAttribute("disabled"));
        Assert.Empty(Server.Sent("POST", Route));
    }

    [Fact]
    public void A_link_that_was_cut_short_says_so_and_runs_nothing()
    {
        var page = Open("?joint=90009&dimension=4");
        page.WaitForAssertion(() => Assert.Contains("The joint of this address cannot be read", page.Find("[role=status]").TextContent));
        Assert.Empty(Server.Sent("POST", Route));
    }

    [Fact]
    public void A_refusal_is_shown()
    {
        var page = Open();
        Server.Refuse("POST", Route, 503, "Not now", "2 closed-form experiments run already; one takes seconds.");
        page.FindAll("button").Single(b => b.TextContent.Trim() == "Run").Click();
        page.WaitForAssertion(() => Assert.Contains("2 closed-form experiments run already", page.Markup));
        Assert.Contains("Run", page.FindAll("button").Select(b => b.TextContent.Trim()));
    }

    [Fact]
    public void What_does_not_agree_is_said()
    {
        var wrong = Result() with { Learned = Result().Learned with { ToRatio = new ClosedFormFit(.5, .6, 2) }, Control = new ClosedFormControl(new ClosedFormFit(.3, .3, 1), .5, [1, .5, 0, 0]) };
        Assert.Equal(2, ClosedFormVerdict.Of(wrong).Failures.Count);
        Assert.True(ClosedFormVerdict.Of(Result()).Agrees);
        Assert.Contains("1\u00a0eigenvalue is negative", ClosedFormVerdict.Reach(Theory with { Negative = 1, Kept = 3, AttainableR2 = .6 }, 8));
        Assert.Contains("2\u00a0dimensions hold 2 of the 4", ClosedFormVerdict.Reach(Theory with { Kept = 2, AttainableR2 = .6 }, 2));
    }

    [Fact]
    public void The_picture_and_the_table_of_pairs_hold_the_numbers()
    {
        var svg = ClosedFormFigure.Svg(Result(), "A <ring>");
        Assert.Contains("A &lt;ring&gt;, 4 symbols in 8", svg);
        Assert.Equal(10, svg.Split("<circle").Length - 1);
        var rows = ClosedFormCsv.Text(Result()).TrimEnd().Split("\r\n");
        Assert.Equal(17, rows.Length);
        Assert.Equal("0,0,0.25,0.25,0.25,4,4,3.9", rows[1]);
        System.Xml.Linq.XDocument.Parse(svg);
    }

    private static ClosedFormTheory Theory => new([.25, .25, .25, .25], Scaled(4), Scaled(4), true, [1, 1, 1, 1], 4, 0, 4, -4, 1);

    private static ClosedFormResult Result() => new(
        new string('a', 64), "ring", 4, 8, 300, 0, "cpu, float64, 1 thread", 1, Quarters, Theory,
        new ClosedFormLearned(Scaled(3.9), [1, 1, 1, 1], -3.99, new ClosedFormFit(.999, .98, .1), null, new ClosedFormSubspace(3, .5, [.1, .4, 1.2])),
        new ClosedFormControl(new ClosedFormFit(.001, .001, 3), .01, [1, 0, 0, 0]), [new(0, 0, null, 0), new(300, -3.99, -3.9, .999)]);

    private static double[][] Scaled(double by) => [.. Quarters.Select(row => row.Select(p => p * 4 * by).ToArray())];

    private static HttpResponseMessage Lines(params ClosedFormLine[] lines) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(string.Concat(lines.Select(l => JsonSerializer.Serialize(l, ClientJson.Options) + "\n")), Encoding.UTF8, "application/x-ndjson"),
    };
}
