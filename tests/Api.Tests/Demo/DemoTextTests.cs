using PatchSsl.Api.Demo;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Demo;

public sealed class DemoTextTests
{
    private static readonly DemoSameParts Parts = new(.72, .75, .142, 1 / 9.0, 24, 1_000);

    private static DemoAccuracy Accuracy(double bag, int images = 400) => new(bag, .1075, .14, 1 / 9.0, images);

    [Fact]
    public void What_was_learned_is_told_with_its_figures_beside_chance()
    {
        Assert.Equal(
            "It learned to tell the kinds of part apart without a label: kNN on bags of patches finds the class of 83.5 % of 400 test images (raw pixels "
            + "10.8 %, the same encoder untrained 14 %, chance 11.1 %), and of the 24 nearest patches 72 % in h and 75 % in z show the query's kind of "
            + "part (untrained 14.2 %, chance 11.1 %).",
            DemoText.Learned(Accuracy(.835), Parts));
        Assert.DoesNotContain("untrained 14.2", DemoText.Learned(Accuracy(.835), Parts with { Untrained = null }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(.14, 400, false)]
    [InlineData(.17, 400, false)] // within two standard errors of the untrained encoder's
    [InlineData(.25, 400, true)]
    [InlineData(.25, 8, false)]   // two of eight
    public void It_says_plainly_where_nothing_was_learned(double bag, int images, bool learned) =>
        Assert.StartsWith(
            learned ? "It learned to tell" : "It learned nothing that shows", DemoText.Learned(Accuracy(bag, images), Parts), StringComparison.Ordinal);

    [Fact]
    public void What_to_look_at_names_the_part()
    {
        Assert.Contains("a whole star", DemoText.LookAt("star", Parts), StringComparison.Ordinal);
        Assert.Contains("a part", DemoText.LookAt(null, Parts), StringComparison.Ordinal);
    }

    [Fact]
    public void The_console_ends_with_both_sentences_and_the_address_of_the_patch()
    {
        var findings = new DemoFindings("Learned this.", "Look at that.", "ds_1-9", 5, new Box(16, 16, 48, 48), Accuracy(.8), Parts);
        var status = new DemoStatus(JobState.Completed, "done", null, "ds_1", "run_1", "idx_h", "idx_z", "ev_1", null, "exp_1", findings);

        var lines = DemoConsole.Ending("http://localhost:5080", status).ToList();

        Assert.Equal(["The demo is done.", "Learned this.", "Look at that."], lines[..3]);
        Assert.Contains(lines, line => line.Contains("http://localhost:5080/neighbours?index=idx_h&beside=idx_z&image=ds_1-9&patch=5&from=demo ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("http://localhost:5080/explain/exp_1 ", StringComparison.Ordinal));
        Assert.Contains(
            DemoConsole.Ending("http://localhost:5080", status with { Findings = null, ExplanationId = null }),
            line => line.Contains("/neighbours?index=idx_h&beside=idx_z ", StringComparison.Ordinal));
    }
}
