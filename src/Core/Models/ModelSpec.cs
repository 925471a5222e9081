using System.Text.Json;
using System.Text.Json.Serialization;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Recipes;

namespace PatchSsl.Core.Models;

/// <summary>First layers of the encoder.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Stem>))]
public enum Stem
{
    /// <summary>3×3 convolution, stride 1, no pooling: for patches of 16 to 64 pixels.</summary>
    [JsonStringEnumMemberName("cifar")] Cifar,

    /// <summary>7×7 convolution, stride 2, then 3×3 max-pool, stride 2: for larger patches.</summary>
    [JsonStringEnumMemberName("imagenet")] ImageNet,
}

/// <summary>All that is needed to build a model and to feed it patches; stored in every checkpoint.</summary>
public sealed record ModelSpec
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>ResNet depth: 18 (default), 34 or 50.</summary>
    public int Depth { get; init; } = 18;

    /// <summary>Factor on the channels of every layer, 0.0625 to 4; default 1 (64 channels in the first stage).</summary>
    public double Width { get; init; } = 1;

    /// <summary>First layers; default <see cref="Stem.Cifar"/>.</summary>
    public Stem Stem { get; init; } = Stem.Cifar;

    /// <summary>False for an encoder alone, as one imported from elsewhere: it gives embeddings only; default true.</summary>
    public bool HasProjector { get; init; } = true;

    /// <summary>Width of the projector's hidden layers, 8 to 16384; default 4096. This and the next two mean nothing without a projector.</summary>
    public int ProjectorHidden { get; init; } = 4096;

    /// <summary>Linear layers of the projector, 2 to 6; default 3.</summary>
    public int ProjectorLayers { get; init; } = 3;

    /// <summary>D, length of the projection, 2 to 16384; default 1024.</summary>
    public int ProjectionDim { get; init; } = 1024;

    /// <summary>P, side in pixels of the patches the encoder is fed, 8 to 512; default 32.</summary>
    public int InputSize { get; init; } = 32;

    /// <summary>Share of the image's area an evaluation patch covers, 0.001 to 1; default 0.25. Fixed-scale training took the same.</summary>
    public double PatchScale { get; init; } = 0.25;

    /// <summary>Subtracted from the pixels (0 to 1); default 0.5.</summary>
    public ChannelValues Mean { get; init; } = new(0.5, 0.5, 0.5);

    /// <summary>Divides the pixels after the mean is taken off, above 0; default 0.5.</summary>
    public ChannelValues Deviation { get; init; } = new(0.5, 0.5, 0.5);

    /// <summary>The model a recipe asks for.</summary>
    public static ModelSpec Of(Recipe recipe) => new()
    {
        Depth = recipe.Depth,
        Width = recipe.Width,
        Stem = recipe.Stem == "imagenet" ? Stem.ImageNet : Stem.Cifar,
        ProjectorHidden = recipe.ProjectorHidden,
        ProjectorLayers = recipe.ProjectorLayers,
        ProjectionDim = recipe.ProjectionDim,
        InputSize = recipe.InputSize,
        PatchScale = recipe.PatchScale,
        Mean = new(recipe.NormalizeMean, recipe.NormalizeMean, recipe.NormalizeMean),
        Deviation = new(recipe.NormalizeStd, recipe.NormalizeStd, recipe.NormalizeStd),
    };

    /// <summary>Channels of the first stage: 64·width, to the nearest multiple of 8, at least 8.</summary>
    [JsonIgnore]
    public int BaseChannels => Math.Max(8, (int)Math.Round(64 * Width / 8) * 8);

    /// <summary>F, length of the embedding: 512·width, or 2048·width for depth 50.</summary>
    [JsonIgnore]
    public int EmbeddingDim => BaseChannels * 8 * (Depth == 50 ? 4 : 1);

    /// <summary>Vectors the model gives, from the encoder outwards.</summary>
    [JsonIgnore]
    public IReadOnlyList<VectorSpace> Spaces => HasProjector ? [VectorSpace.Embedding, VectorSpace.Hidden, VectorSpace.Projection] : [VectorSpace.Embedding];

    /// <summary>Length of the vectors of a space; null where the model does not give them.</summary>
    public int? Dim(VectorSpace space) => space switch
    {
        VectorSpace.Embedding => EmbeddingDim,
        _ when !HasProjector => null,
        VectorSpace.Hidden => ProjectorHidden,
        _ => ProjectionDim,
    };

    /// <summary>Everything that is out of range, each naming its setting; empty when the model can be built.</summary>
    public IEnumerable<string> Errors()
    {
        if (Depth is not (18 or 34 or 50)) yield return $"depth must be 18, 34 or 50, not {Depth}";
        if (!(Width is >= 0.0625 and <= 4)) yield return $"width must be from 0.0625 to 4, not {Width}";
        if (!Enum.IsDefined(Stem)) yield return "stem must be cifar or imagenet";
        if (HasProjector && ProjectorHidden is (< 8 or > 16384)) yield return $"projectorHidden must be from 8 to 16384, not {ProjectorHidden}";
        if (HasProjector && ProjectorLayers is (< 2 or > 6)) yield return $"projectorLayers must be from 2 to 6, not {ProjectorLayers}";
        if (HasProjector && ProjectionDim is (< 2 or > 16384)) yield return $"projectionDim must be from 2 to 16384, not {ProjectionDim}";
        if (InputSize is < 8 or > 512) yield return $"inputSize must be from 8 to 512, not {InputSize}";
        if (!(PatchScale is >= 0.001 and <= 1)) yield return $"patchScale must be from 0.001 to 1, not {PatchScale}";
        if (!InUnit(Mean)) yield return "mean must be from 0 to 1 in every channel";
        if (!InUnit(Deviation) || Deviation.Red == 0 || Deviation.Green == 0 || Deviation.Blue == 0)
            yield return "deviation must be above 0 and up to 1 in every channel";
    }

    /// <summary>As stored in a checkpoint's metadata.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads <see cref="ToJson"/>'s form.</summary>
    /// <exception cref="InvalidDataException">Not such JSON, or a value out of range: the message lists every one.</exception>
    public static ModelSpec FromJson(string json)
    {
        ModelSpec? spec;
        try
        {
            spec = JsonSerializer.Deserialize<ModelSpec>(json, Json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The model description is not valid JSON.", e);
        }
        if (spec is null) throw new InvalidDataException("The model description is empty.");
        var errors = string.Join("; ", spec.Errors());
        return errors.Length == 0 ? spec : throw new InvalidDataException($"The model description is out of range: {errors}.");
    }

    private static bool InUnit(ChannelValues values) =>
        values.Red is >= 0 and <= 1 && values.Green is >= 0 and <= 1 && values.Blue is >= 0 and <= 1;
}
