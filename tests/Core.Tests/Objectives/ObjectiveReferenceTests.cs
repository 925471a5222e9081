using System.Text.Json;
using PatchSsl.Core.Objectives;
using PatchSsl.Core.Tests.Fixtures;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Objectives;

/// <summary>Every loss, its parts and its gradient against the methods' own code, in float64.</summary>
public sealed class ObjectiveReferenceTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Vicreg() => Match("vicreg", (z, _) => new VicReg("vicreg", 25, 25, 1).Compute(z));

    [Fact]
    public void Emp_ssl() => Match("emp-ssl", (z, _) => new EmpSsl(200, 1, 0.2).OfUnit(z), ("coding_rate", "codingRate"));

    [Fact]
    public void Simclr() => Match("simclr", (z, p) => new SimClr(p.Number("temperature")).Compute(z));

    // The reference predicts in one direction only; two equal directions have its value and its gradient.
    [Fact]
    public void Byol() => Match("byol", (z, _) => new Byol(8).Compute(new Projections(stack([z[0], z[0]]), stack([z[1], z[1]]))));

    [Fact]
    public void Barlow_twins() => Match("barlow-twins", (z, p) => new BarlowTwins(p.Number("lambda_"), p.Number("scale")).Compute(z));

    [Fact]
    public void Spectral() => Match("spectral", (z, _) => new Spectral().Compute(z));

    [Fact]
    public void Every_objective_of_the_catalogue_has_reference_values() =>
        Assert.All(ObjectiveCatalog.Names.Where(name => name != "bag-vicreg"), name => Assert.NotEmpty(ReferenceValues.Objective(name)));  // vicreg by another name

    private static void Match(string name, Func<Tensor, JsonElement, ObjectiveValue> compute, params (string Theirs, string Ours)[] renamed)
    {
        var entries = ReferenceValues.Objective(name).ToArray();
        Assert.True(entries.Length >= 3);
        foreach (var entry in entries)
        {
            using var scope = NewDisposeScope();
            var z = entry.Tensor("z").requires_grad_();

            var value = compute(z, entry.GetProperty("parameters"));
            value.Total.backward();

            Assert.Equal(entry.Number("loss"), value.Total.item<double>(), Tolerance);
            foreach (var part in entry.GetProperty("parts").EnumerateObject())
            {
                var ours = renamed.FirstOrDefault(r => r.Theirs == part.Name).Ours ?? part.Name;
                Assert.Equal(part.Value.GetDouble(), value.Parts[ours].item<double>(), Tolerance);
            }
            Assert.True(ReferenceValues.Difference(z.grad!, entry.Tensor("gradient")) < Tolerance);
        }
    }
}
