using PatchSsl.Core.Explain.ClosedForm;

namespace PatchSsl.Core.Tests.Explain.ClosedForm;

public sealed class JointDistributionTests
{
    public static TheoryData<double[]?[], string, string> Wrong => new()
    {
        { [[1]], "joint", "joint has 1 rows; allowed is 2 to 64 symbols." },
        { [[.5, 0], [.5]], "joint[1]", "joint[1] has 1 values; it must have 2, as many as there are rows." },
        { [[.5, 0], null], "joint[1]", "joint[1] has 0 values; it must have 2, as many as there are rows." },
        { [[.6, .2], [.2, .3]], "joint", "joint sums to 1.3; it must sum to 1 (within 1E-06)." },
        { [[.7, -.1], [-.1, .5]], "joint[0][1]", "joint[0][1] is -0.1; a probability is a finite number and not negative." },
        { [[double.NaN, .1], [.1, .5]], "joint[0][0]", "joint[0][0] is NaN; a probability is a finite number and not negative." },
        { [[.5, .1], [.1, double.PositiveInfinity]], "joint[1][1]", "joint[1][1] is Infinity; a probability is a finite number and not negative." },
        { [[.3, .1], [.2, .4]], "joint[0][1]", "joint[0][1] is 0.1 and joint[1][0] is 0.2; the two must be equal." },
        { [[.5, .5, 0], [.5, -.5, 0], [0, 0, 0]], "joint[1][1]", "joint[1][1] is -0.5; a probability is a finite number and not negative." },
        { [[.5, 0, 0], [0, .5, 0], [0, 0, 0]], "joint[2]", "symbol 2 has probability 0; it needs 0.005 or more." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named(double[]?[] joint, string field, string text) => Assert.Contains((field, text), JointDistribution.Problems(joint));

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var fields = JointDistribution.Problems([[.3, .1, 0], [.2, .4, 0], [0, 0, 0]]).Select(p => p.Field);
        Assert.Equal(["joint[0][1]", "joint[2]"], fields);
        var many = Enumerable.Range(0, 20).Select(_ => Enumerable.Repeat(-1.0, 20).ToArray()).ToArray();
        var problems = JointDistribution.Problems(many);
        Assert.Equal(9, problems.Count);
        Assert.Equal(("joint", "392 more are wrong in the same way as joint[0][0]."), problems[^1]);
        Assert.StartsWith("joint has 65 rows", JointDistribution.Problems(new double[65][])[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_rounding_left_is_divided_out()
    {
        var joint = JointDistribution.Of([[.2500001, .25], [.25, .25]]);
        Assert.Equal(1, joint.Rows.Sum(r => r.Sum()), 15);
        Assert.Equal(joint[0, 1], joint[1, 0]);
        Assert.Throws<ArgumentException>(() => JointDistribution.Of([[1, 1], [1, 1]]));
    }

    [Fact]
    public void Patches_of_an_image_are_drawn_independently()
    {
        // Two images: one shows the first symbol only, the other both alike. By hand: ½·(1,0;0,0) + ½·(¼,¼;¼,¼).
        var joint = JointDistribution.OfImages([1, 1], [[1, 0], [2, 2]]);
        Assert.Equal([.625, .125, .125, .125], joint.Rows.SelectMany(r => r));
        Assert.Equal(.125 / (.75 * .25), joint.Ratio(0, 1), 12);
    }
}
