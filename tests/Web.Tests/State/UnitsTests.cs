using PatchSsl.Web.State;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.State;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0\u00a0B")]
    [InlineData(999, "999\u00a0B")]
    [InlineData(4_812_331, "4.81\u00a0MB")]
    [InlineData(184_320_000, "184\u00a0MB")]
    [InlineData(999_999_999, "1\u00a0GB")]
    public void Writes_sizes(long bytes, string text) => Assert.Equal(text, Units.Bytes(bytes));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-171.234, "-171.2")]
    [InlineData(0.81234, "0.8123")]
    [InlineData(1234567, "1.235e+6")]
    [InlineData(0.0000123, "1.23e-5")]
    [InlineData(double.NaN, "NaN")]
    public void Writes_values(double value, string text) => Assert.Equal(text, Units.Value(value));

    [Theory]
    [InlineData(45, "45\u00a0s")]
    [InlineData(200, "3\u00a0min 20\u00a0s")]
    [InlineData(7500, "2\u00a0h 5\u00a0min")]
    [InlineData(-3, "0\u00a0s")]
    public void Writes_durations(double seconds, string text) => Assert.Equal(text, Units.Duration(seconds));

    [Theory]
    [InlineData(10, "just now")]
    [InlineData(300, "5\u00a0min ago")]
    [InlineData(10_800, "3\u00a0h ago")]
    [InlineData(864_000, "10\u00a0days ago")]
    public void Writes_ages(double seconds, string text) => Assert.Equal(text, Units.Ago(Samples.Noon, Samples.Noon.AddSeconds(seconds)));

    [Theory]
    [InlineData("loss", "Loss", "Objective")]
    [InlineData("codingRate", "Coding rate", "Objective")]
    [InlineData("knnAccuracy", "kNN accuracy", "Quality and collapse")]
    [InlineData("learningRate", "Learning rate", "Optimisation and speed")]
    [InlineData("patchesPerSecond", "Patches per second", "Optimisation and speed")]
    public void Names_metrics(string name, string title, string section)
    {
        Assert.Equal(title, MetricNames.Title(name));
        Assert.Equal(section, MetricNames.Section(name));
    }
}
