using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Checkpoints;

/// <summary>What the names and shapes of a file's tensors say about the encoder in it. Reads no tensor.</summary>
internal static class EncoderLayout
{
    private const string Conv1 = "conv1.weight", BatchCount = ".num_batches_tracked";
    private static readonly string[] Classifier = ["fc.weight", "fc.bias"];

    /// <summary>The ResNet a torchvision-named file is of, as far as its first layers, blocks and channels tell; null with a fault where they do not.</summary>
    public static ModelSpec? Infer(IReadOnlyDictionary<string, TensorEntry> entries, List<string> faults)
    {
        if (!entries.TryGetValue(Conv1, out var first))
        {
            var prefixed = entries.Keys.FirstOrDefault(n => n.EndsWith("." + Conv1, StringComparison.Ordinal) && !n.StartsWith("layer", StringComparison.Ordinal));
            faults.Add($"The tensor '{Conv1}' is missing" + (prefixed is null
                ? ": expected are the names of a torchvision ResNet."
                : $", but there is '{Shown(prefixed)}': take '{Shown(prefixed[..^Conv1.Length])}' off the names."));
            return null;
        }
        Stem? stem = first.Shape is [_, 3, 7, 7] ? Stem.ImageNet : first.Shape is [_, 3, 3, 3] ? Stem.Cifar : null;
        if (stem is null || first.Shape[0] is < 8 or > 256 || first.Shape[0] % 8 != 0)
        {
            faults.Add($"The tensor '{Conv1}' has shape {Text(first.Shape)}: expected is (C,3,7,7), the ImageNet stem, or (C,3,3,3), CIFAR's, " +
                "with C a multiple of 8 from 8 to 256.");
            return null;
        }
        // ResNet-34 has a third block in every layer, 18 in none; a tensor that lacks or is too many is named when all are compared.
        var third = Enumerable.Range(1, 4).Count(layer => entries.ContainsKey($"layer{layer}.2.conv1.weight"));
        var depth = entries.ContainsKey("layer1.0.conv3.weight") ? 50 : third >= 2 ? 34 : 18;
        return new ModelSpec { Depth = depth, Stem = stem.Value, Width = first.Shape[0] / 64.0, HasProjector = false };
    }

    /// <summary>Compares a file's tensors with a model's, on a device without memory: a small file may describe a large model.</summary>
    /// <param name="ours">A checkpoint of this program: tensors beyond the model are its training state. Otherwise only a classifier may be.</param>
    /// <returns>Names of tensors that the model has no use for.</returns>
    public static IReadOnlyList<string> Compare(
        IReadOnlyDictionary<string, TensorEntry> entries, ModelSpec spec, bool ours, List<string> faults)
    {
        using var outline = SslModel.Blank(spec, ComputePlan.Float32(new Device(DeviceType.META)));
        var expected = outline.State().ToDictionary(s => s.Name, s => (Shape: s.Value.shape, Type: s.Value.dtype));
        foreach (var (name, want) in expected)
        {
            if (!entries.TryGetValue(name, out var got))
            {
                // Weights saved before PyTorch 1.0 lack these, and only training reads them.
                if (ours || !name.EndsWith(BatchCount, StringComparison.Ordinal))
                    faults.Add($"The tensor '{name}' is missing: {Article(spec)} has one of shape {Text(want.Shape)}.");
            }
            else if (!got.Shape.AsSpan().SequenceEqual(want.Shape))
                faults.Add($"The tensor '{name}' has shape {Text(got.Shape)}: {Article(spec)} has {Text(want.Shape)}.");
            else if (is_floating_point(want.Type) ? !is_floating_point(got.Type) : got.Type != want.Type)
                faults.Add($"The tensor '{name}' has type {got.Type}: expected is {(is_floating_point(want.Type) ? "Float32, Float16, BFloat16 or Float64" : want.Type)}.");
        }
        var beyond = entries.Keys.Where(n => !expected.ContainsKey(n)).Order(StringComparer.Ordinal).ToArray();
        if (ours) return beyond;
        foreach (var group in beyond.Except(Classifier).GroupBy(n => n.Split('.')[0]))
        {
            var first = $"The tensor '{Shown(group.First())}' {Text(entries[group.First()].Shape)}";
            faults.Add($"{(group.Count() == 1 ? $"{first} belongs" : $"{first} and {group.Count() - 1} more of '{Shown(group.Key)}' belong")} to no {Name(spec)}.");
        }
        if (entries.TryGetValue(Classifier[0], out var fc) && (fc.Shape is not [_, var width] || width != spec.EmbeddingDim))
            faults.Add($"The tensor '{Classifier[0]}' has shape {Text(fc.Shape)}: expected is (classes,{spec.EmbeddingDim}).");
        return beyond;
    }

    /// <summary>For example ResNet-18 of 64 channels with the CIFAR stem.</summary>
    public static string Name(ModelSpec spec) =>
        $"ResNet-{spec.Depth} of {spec.BaseChannels} channels with the {(spec.Stem == Stem.ImageNet ? "ImageNet" : "CIFAR")} stem";

    private static string Article(ModelSpec spec) => $"a {Name(spec)}";

    private static string Text(long[] shape) => $"({string.Join(',', shape)})";

    private static string Shown(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
