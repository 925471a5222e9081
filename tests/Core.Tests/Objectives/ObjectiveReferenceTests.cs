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
    public void Simclr() => Match("simclr", (z, p) => Total(SimClr.Loss(z[0], z[1], p.Number("temperature"))));

    [Fact]
    public void Byol_loss() => Match("byol", (z, _) => Total(Byol.Loss(z[0], z[1])));

    [Fact]
    public void Barlow_twins() => Match("barlow-twins", (z, p) => Total(BarlowTwins.Loss(z[0], z[1], p.Number("lambda_"), p.Number("scale"))));

    [Fact]
    public void Spectral_loss() => Match("spectral", (z, _) =>
    {
        var (loss, positive, negative) = Spectral.Loss(z[0], z[1]);
        return new ObjectiveValue(loss, new Dictionary<string, Tensor> { ["positive"] = positive, ["negative"] = negative });
    });

    private static ObjectiveValue Total(Tensor loss) => new(loss, new Dictionary<string, Tensor>());

    private static void Match(string name, Func<Tensor, JsonElement, ObjectiveValue> compute, params (string Theirs, string Ours)[] renamed)
    {
        var entries = ReferenceValues.Objective(name).ToArray();
        Assert.NotEmpty(entries);
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
