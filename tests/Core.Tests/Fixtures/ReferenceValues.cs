using System.Text.Json;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Fixtures;

/// <summary>Numbers computed in float64 with the methods' own public code; the notes in the file give the conventions.</summary>
internal static class ReferenceValues
{
    private static readonly Lazy<JsonDocument> Document = new(() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "reference-values.json"))));

    /// <summary>A top-level entry: objectives, lars, augmentation, resnet18 or metrics.</summary>
    public static JsonElement Entry(string name) => Document.Value.RootElement.GetProperty(name);

    /// <summary>The entries of one objective.</summary>
    public static IEnumerable<JsonElement> Objective(string name) =>
        Entry("objectives").EnumerateArray().Where(o => o.GetProperty("objective").GetString() == name);

    /// <summary>A nested array of numbers as a float64 tensor of its shape.</summary>
    public static Tensor Tensor(this JsonElement element, string property)
    {
        var (values, shape) = (new List<double>(), new List<long>());
        Flatten(element.GetProperty(property), 0);
        return tensor([.. values], [.. shape], dtype: ScalarType.Float64);

        void Flatten(JsonElement node, int depth)
        {
            if (node.ValueKind != JsonValueKind.Array)
            {
                values.Add(node.GetDouble());
                return;
            }
            if (shape.Count == depth) shape.Add(node.GetArrayLength());
            foreach (var child in node.EnumerateArray()) Flatten(child, depth + 1);
        }
    }

    /// <summary>A number.</summary>
    public static double Number(this JsonElement element, string property) => element.GetProperty(property).GetDouble();

    /// <summary>Largest absolute difference between two tensors of one shape.</summary>
    public static double Difference(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        return (actual.detach().to(float64) - expected.to(float64)).abs().max().item<double>();
    }
}
