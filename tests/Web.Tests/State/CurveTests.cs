using PatchSsl.Web.State;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.State;

public sealed class CurveTests
{
    [Fact]
    public void Stays_within_its_points_and_keeps_ends_and_extremes()
    {
        var curve = new Curve(100);
        for (var step = 0; step < 10_000; step++) curve.Append(Samples.Point(step, step, step == 4321 ? 999 : step == 7777 ? -999 : Math.Sin(step)));

        Assert.InRange(curve.Points.Count, 50, 100);
        Assert.Equal(9_999, curve.Points[^1].Step);
        Assert.Equal(Math.Sin(9_999), curve.Points[^1].Last);
        Assert.Equal(999, curve.Points.Max(p => p.Max));
        Assert.Equal(-999, curve.Points.Min(p => p.Min));
        Assert.Equal(curve.Points.Select(p => p.Step).Order().Distinct(), curve.Points.Select(p => p.Step));
    }

    [Fact]
    public void Ignores_steps_computed_again_after_a_resume()
    {
        var curve = new Curve();
        foreach (var step in new long[] { 1, 2, 3, 2, 3, 4 }) curve.Append(Samples.Point(step, step, step));
        Assert.Equal([1, 2, 3, 4], curve.Points.Select(p => p.Step));
    }

    [Fact]
    public void Goes_on_in_buckets_as_wide_as_the_servers()
    {
        var curve = new Curve(100);
        curve.Load([.. Enumerable.Range(1, 80).Select(i => Samples.Bucket(i * 10, i))]);
        for (var step = 801; step <= 840; step++) curve.Append(Samples.Point(step, step, step));
        Assert.InRange(curve.Points.Count, 83, 86);
        Assert.Equal(840, curve.Points[^1].Step);
    }

    [Fact]
    public void A_value_that_is_no_number_does_not_spread()
    {
        var curve = new Curve(4);
        foreach (var (step, value) in new[] { (1, 5.0), (2, double.NaN), (3, 7.0), (4, 8.0), (5, 9.0) }) curve.Append(Samples.Point(step, step, value));
        Assert.Equal(5, curve.Points[0].Min);
        Assert.Equal(5, curve.Points[0].Max);
        Assert.True(double.IsNaN(curve.Points[0].Last));
    }

    [Fact]
    public void Shows_finer_buckets_where_a_person_zoomed()
    {
        var curve = new Curve();
        curve.Load([Samples.Bucket(10, 1), Samples.Bucket(20, 2), Samples.Bucket(30, 3), Samples.Bucket(40, 4)]);
        var shown = curve.With([Samples.Bucket(15, 9), Samples.Bucket(20, 2), Samples.Bucket(25, 9)]);
        Assert.Equal([10, 15, 20, 25, 30, 40], shown.Select(p => p.Step));
    }

    [Fact]
    public void Averages_without_a_bias_to_zero()
    {
        Assert.Equal([5, 5, 5], Smoothing.Average([5, 5, 5], .9).Select(v => Math.Round(v, 12)));
        Assert.Equal([1, 2, 3], Smoothing.Average([1, 2, 3], 0));
        // Weights .5 and .25 of the newest and the one before, divided by .75.
        Assert.Equal((.25 * 1 + .5 * 4) / .75, Smoothing.Average([1, 4], .5)[1], 12);
    }

    [Fact]
    public void Averages_past_values_that_are_no_numbers()
    {
        var smooth = Smoothing.Average([2, double.NaN, 2], .5);
        Assert.True(double.IsNaN(smooth[1]));
        Assert.Equal(2, smooth[2], 12);
    }
}
