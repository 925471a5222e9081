using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>An encoder that can embed: a checkpoint of a run, or one trained elsewhere and imported.</summary>
/// <param name="Source">checkpoint or imported.</param>
/// <param name="RunId">Run of a checkpoint; null where imported.</param>
/// <param name="Step">Step of a checkpoint; null where imported.</param>
/// <param name="EmbeddingDim">Length of the encoder's output h.</param>
/// <param name="HiddenDim">Length of the first projector layer after ReLU; null where the model has no projector.</param>
/// <param name="ProjectionDim">Length of the projector's output z; null where the model has no projector.</param>
/// <param name="InputSize">Side in pixels that every patch is resized to.</param>
/// <param name="PatchScale">Share of an image's area that a patch covers.</param>
public sealed record Model(
    string Id, string Name, string Source, string? RunId, long? Step, int EmbeddingDim, int? HiddenDim, int? ProjectionDim,
    int InputSize, double PatchScale, string Sha256, DateTimeOffset CreatedAt)
{
    /// <summary>Always ready: an import answers when it is done, and a checkpoint is listed when it is whole.</summary>
    public ResourceState State { get; init; } = ResourceState.Ready;

    /// <summary>How it is built and fed.</summary>
    public ModelArchitecture? Architecture { get; init; }

    /// <summary>Size of its file.</summary>
    public long Bytes { get; init; }

    /// <summary>Hash of the file it was imported from; null for a checkpoint.</summary>
    public string? SourceSha256 { get; init; }

    /// <summary>What of that file was left out, for example its classifier; null for a checkpoint.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>How a model is built and fed.</summary>
/// <param name="Depth">ResNet depth: 18, 34 or 50.</param>
/// <param name="Width">Factor on the channels of every layer; 1 is torchvision's.</param>
/// <param name="Stem">cifar (3×3, stride 1, no pooling) or imagenet (7×7, stride 2, max-pool).</param>
/// <param name="Mean">Subtracted from the pixels (0 to 1): red, green, blue.</param>
/// <param name="Deviation">Divides them then: red, green, blue.</param>
public sealed record ModelArchitecture(int Depth, double Width, string Stem, IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation);

/// <summary>How an encoder to be imported is fed; null for the usual of its stem.</summary>
/// <param name="InputSize">Side in pixels of its patches, 8 to 512; usually 224 for the ImageNet stem and 32 for CIFAR's.</param>
/// <param name="PatchScale">Share of an image's area that a patch covers, 0.001 to 1; usually 0.25.</param>
/// <param name="Mean">Red, green and blue, each 0 to 1; usually ImageNet's for the ImageNet stem and 0.5 for CIFAR's.</param>
/// <param name="Deviation">Red, green and blue, each above 0 and at most 1; usually likewise.</param>
public sealed record ModelInput(int? InputSize = null, double? PatchScale = null, IReadOnlyList<double>? Mean = null, IReadOnlyList<double>? Deviation = null);

/// <param name="Name">1 to 200 characters.</param>
public sealed record UpdateModel(string Name);

/// <summary>Which output of a model: the encoder's h, the first projector layer, or the projector's z.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<VectorKind>))]
public enum VectorKind { Embedding, Hidden, Projection }

/// <summary>What an embedding answer contains of each image.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<EmbeddingOutput>))]
public enum EmbeddingOutput { Bag, Patches, Both }

/// <summary>Embedded images, in the order they were sent; failed ones are in <see cref="Errors"/>.</summary>
/// <param name="Sha256">Hash of the checkpoint file that made them.</param>
/// <param name="Dim">Length of every vector.</param>
public sealed record EmbeddingResult(
    string Model, string Sha256, int Dim, IReadOnlyList<EmbeddedImage> Items, IReadOnlyList<EmbeddingError> Errors);

/// <summary>The vectors of one image.</summary>
/// <param name="Bag">Average of the image's patch vectors; null with <c>output=patches</c>.</param>
/// <param name="Patches">One vector a patch; null with <c>output=bag</c>.</param>
public sealed record EmbeddedImage(int Index, string Name, Vector? Bag, IReadOnlyList<EmbeddedPatch>? Patches);

/// <summary>A patch's vector and where in the upright image it lies.</summary>
public sealed record EmbeddedPatch(Box Box, Vector Vector);

/// <summary>Why one image of a batch could not be embedded; <paramref name="Type"/> as in problem details.</summary>
public sealed record EmbeddingError(int Index, string Name, string Type, string Detail);

/// <summary>A vector of float32 values: in JSON an array of numbers, or base64 of the little-endian values.</summary>
/// <param name="AsBase64">How it is written; both forms are read.</param>
[JsonConverter(typeof(VectorConverter))]
public sealed record Vector(float[] Values, bool AsBase64 = false);

/// <summary>Reads and writes <see cref="Vector"/>.</summary>
public sealed class VectorConverter : JsonConverter<Vector>
{
    public override Vector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (!reader.TryGetBytesFromBase64(out var bytes) || bytes.Length % sizeof(float) != 0)
                throw new JsonException("A vector in base64 holds little-endian float32 values.");
            return new Vector(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), AsBase64: true);
        }
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A vector is an array of numbers or base64 text.");
        var values = new List<float>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) values.Add(reader.GetSingle());
        return new Vector([.. values]);
    }

    public override void Write(Utf8JsonWriter writer, Vector value, JsonSerializerOptions options)
    {
        if (value.AsBase64)
        {
            var bytes = new byte[value.Values.Length * sizeof(float)];
            for (var i = 0; i < value.Values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value.Values[i]);
            writer.WriteBase64StringValue(bytes);
            return;
        }
        writer.WriteStartArray();
        foreach (var v in value.Values) writer.WriteNumberValue(v);
        writer.WriteEndArray();
    }
}

/// <summary>OpenAI-compatible request: images as data URIs.</summary>
/// <param name="Input">One data URI or an array of them.</param>
/// <param name="EncodingFormat">float (default) or base64.</param>
public sealed record OpenAiEmbeddingRequest(
    string Model, JsonElement Input, [property: JsonPropertyName("encoding_format")] string? EncodingFormat = null);

/// <summary>OpenAI-compatible answer.</summary>
public sealed record OpenAiEmbeddingResponse(string Object, IReadOnlyList<OpenAiEmbedding> Data, string Model, OpenAiUsage Usage);

/// <summary>One vector of an OpenAI-compatible answer.</summary>
public sealed record OpenAiEmbedding(string Object, int Index, Vector Embedding);

/// <summary>Counts in an OpenAI-compatible answer: patches stand for tokens.</summary>
public sealed record OpenAiUsage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens, [property: JsonPropertyName("total_tokens")] int TotalTokens);
