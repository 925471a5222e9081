using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PatchSsl.Api.Tests.Models;

/// <summary>A tiny ResNet-18 with torchvision's names, written as safetensors byte by byte: what another program would send.</summary>
internal sealed class ForeignEncoder
{
    private const int Channels = 8;
    private readonly SortedDictionary<string, (long[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    public ForeignEncoder()
    {
        Convolution("conv1", Channels, 3, 3);
        Norm("bn1", Channels);
        for (int layer = 1, input = Channels; layer <= 4; layer++)
        {
            var output = Channels << (layer - 1);
            for (var block = 0; block < 2; block++, input = output)
            {
                var name = $"layer{layer}.{block}";
                Convolution($"{name}.conv1", output, input, 3);
                Norm($"{name}.bn1", output);
                Convolution($"{name}.conv2", output, output, 3);
                Norm($"{name}.bn2", output);
                if (input == output) continue;
                Convolution($"{name}.downsample.0", output, input, 1);
                Norm($"{name}.downsample.1", output);
            }
        }
        Set("fc.weight", [10, 64], _ => 0);
        Set("fc.bias", [10], _ => 0);
    }

    public void Remove(string name) => _tensors.Remove(name);

    public void Set(string name, long[] shape, Func<int, float> value) =>
        _tensors[name] = (shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(value)]);

    public byte[] ToArray()
    {
        var header = new StringBuilder("{");
        using var data = new MemoryStream();
        foreach (var (name, (shape, values)) in _tensors)
        {
            var start = data.Length;
            foreach (var value in values) data.Write(BitConverter.GetBytes(value));
            header.Append(CultureInfo.InvariantCulture, $"{(header.Length > 1 ? "," : "")}\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{start},{data.Length}]}}");
        }
        return File(header.Append('}').ToString(), data.ToArray());
    }

    /// <summary>A file with any header and data.</summary>
    public static byte[] File(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }

    private void Convolution(string name, int output, int input, int kernel) =>
        Set($"{name}.weight", [output, input, kernel, kernel], i => MathF.Sin((0.7f * i) + name.Length) / MathF.Sqrt(input * kernel * kernel));

    private void Norm(string name, int channels)
    {
        Set($"{name}.weight", [channels], i => 1 + (0.1f * MathF.Cos(i)));
        Set($"{name}.bias", [channels], i => 0.1f * MathF.Sin(i));
        Set($"{name}.running_mean", [channels], i => 0.1f * MathF.Sin(i + 1f));
        Set($"{name}.running_var", [channels], i => 1 + (0.2f * MathF.Sin(i)));
    }
}
