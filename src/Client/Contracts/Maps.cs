using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>How a map lays patches out.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<MapMethod>))]
public enum MapMethod { Pca }

/// <summary>Some or all patches of an index as points of a plane, in columns: place i of each column is of the same patch.</summary>
/// <param name="ModelSha256">Hash of the model that made the vectors.</param>
/// <param name="Total">Patches of the index.</param>
/// <param name="Count">Patches on the map.</param>
/// <param name="Sampled">Whether <paramref name="Count"/> is a sample of <paramref name="Total"/>, drawn by <paramref name="Seed"/>.</param>
/// <param name="Fitted">How many of the patches on the map the axes and clusters were computed from.</param>
/// <param name="Explained">Share of the vectors' variance along each principal component, 0 to 1, largest first: ten, or as many as vectors have values.</param>
/// <param name="Components">Which two of them x and y are, counted from 1.</param>
/// <param name="Classes">Names of the dataset's classes; empty where nothing is labelled.</param>
/// <param name="Clusters">Groups of spherical k-means on the vectors; 0 where none were asked for.</param>
public sealed record PatchMap(
    string Index, string DatasetId, string Model, string ModelSha256, VectorKind Vectors, string Patches, int PatchesPerImage, MapMethod Method, long Total,
    int Count, bool Sampled, int Fitted, long Seed, IReadOnlyList<double> Explained, IReadOnlyList<int> Components, IReadOnlyList<string> Classes,
    int Clusters, MapPoints Points);

/// <summary>The points, a column each.</summary>
/// <param name="X">Along the first component asked for.</param>
/// <param name="Y">Along the second.</param>
/// <param name="Image">Ordinal of the image: its id is <c>{datasetId}-{image}</c>.</param>
/// <param name="Patch">Grid place in the image: the patch's id is <c>{index}-{image × patchesPerImage + patch}</c>.</param>
/// <param name="Class">Place in the classes; -1 where unlabelled.</param>
/// <param name="Cluster">0 is the largest; empty where none were asked for.</param>
public sealed record MapPoints(Vector X, Vector Y, Integers Image, Integers Patch, Integers Class, Integers Cluster);

/// <param name="Points">1 to 200,000; an index with no more is shown whole.</param>
/// <param name="X">Principal component, 1 to 10.</param>
/// <param name="Y">Another one.</param>
/// <param name="Clusters">2 to 50, or 0 for none.</param>
public sealed record MapRequest(int Points = 20_000, long Seed = 0, int X = 1, int Y = 2, int Clusters = 10);

/// <summary>Patches of an index by their rows, in the order asked for.</summary>
public sealed record PatchItems(IReadOnlyList<PatchItem> Items);

/// <summary>A patch of an index.</summary>
/// <param name="Row">Its row: image × patches an image + grid place.</param>
/// <param name="Thumbnail">Address of the patch's crop, relative to the server.</param>
/// <param name="ImageWidth">Width in pixels of its image.</param>
/// <param name="ImageHeight">Height in pixels of its image.</param>
public sealed record PatchItem(
    long Row, string PatchId, string ImageId, string ImageName, string? Class, Box Box, string Thumbnail, int ImageWidth, int ImageHeight);

/// <summary>A column of int32 values: in JSON an array of numbers, or base64 of the little-endian values.</summary>
/// <param name="AsBase64">How it is written; both forms are read.</param>
[JsonConverter(typeof(IntegersConverter))]
public sealed record Integers(int[] Values, bool AsBase64 = false);

/// <summary>Reads and writes <see cref="Integers"/>.</summary>
public sealed class IntegersConverter : JsonConverter<Integers>
{
    public override Integers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (!reader.TryGetBytesFromBase64(out var bytes) || bytes.Length % sizeof(int) != 0)
                throw new JsonException("A column in base64 holds little-endian int32 values.");
            var numbers = new int[bytes.Length / sizeof(int)];
            for (var i = 0; i < numbers.Length; i++) numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)));
            return new Integers(numbers, AsBase64: true);
        }
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A column is an array of whole numbers or base64 text.");
        var values = new List<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) values.Add(reader.GetInt32());
        return new Integers([.. values]);
    }

    public override void Write(Utf8JsonWriter writer, Integers value, JsonSerializerOptions options)
    {
        if (value.AsBase64)
        {
            var bytes = new byte[value.Values.Length * sizeof(int)];
            for (var i = 0; i < value.Values.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), value.Values[i]);
            writer.WriteBase64StringValue(bytes);
            return;
        }
        writer.WriteStartArray();
        foreach (var v in value.Values) writer.WriteNumberValue(v);
        writer.WriteEndArray();
    }
}
