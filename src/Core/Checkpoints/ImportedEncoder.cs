using PatchSsl.Core.Models;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Checkpoints;

/// <summary>How an imported encoder is to be fed: what its file does not say.</summary>
/// <param name="InputSize">P, side in pixels of its patches, 8 to 512. Null: 224 for the ImageNet stem, 32 for CIFAR's.</param>
/// <param name="PatchScale">Share of an image's area a patch covers, 0.001 to 1. Null: 0.25.</param>
/// <param name="Mean">Subtracted from the pixels (0 to 1), a value a channel. Null: ImageNet's for the ImageNet stem, 0.5 for CIFAR's.</param>
/// <param name="Deviation">Divides them then, above 0 and at most 1. Null: likewise.</param>
/// <remarks>Where the file is a checkpoint of this program, null means what that checkpoint says.</remarks>
public sealed record EncoderInput(int? InputSize = null, double? PatchScale = null, ChannelValues? Mean = null, ChannelValues? Deviation = null)
{
    /// <summary>Mean of ImageNet's training images, as torchvision's weights expect it.</summary>
    public static readonly ChannelValues ImageNetMean = new(0.485, 0.456, 0.406);

    /// <summary>Deviation of ImageNet's training images.</summary>
    public static readonly ChannelValues ImageNetDeviation = new(0.229, 0.224, 0.225);

    /// <summary>Everything that is out of range: the field and a sentence.</summary>
    public IEnumerable<(string Field, string Sentence)> Errors() =>
        ApplyTo(new ModelSpec()).Errors().Select(e => (e[..e.IndexOf(' ')], e + "."));

    /// <summary>The usual for a stem.</summary>
    internal static EncoderInput Usual(Stem stem) => stem == Stem.ImageNet
        ? new(224, 0.25, ImageNetMean, ImageNetDeviation)
        : new(32, 0.25, new(0.5, 0.5, 0.5), new(0.5, 0.5, 0.5));

    internal ModelSpec ApplyTo(ModelSpec spec) => spec with
    {
        InputSize = InputSize ?? spec.InputSize,
        PatchScale = PatchScale ?? spec.PatchScale,
        Mean = Mean ?? spec.Mean,
        Deviation = Deviation ?? spec.Deviation,
    };
}

/// <summary>An encoder taken in.</summary>
/// <param name="File">A checkpoint with everything needed to use it.</param>
/// <param name="LeftOut">What of the source is not in it: the classifier's tensors, or a checkpoint's training state.</param>
public sealed record ImportedEncoder(ModelSpec Model, SavedFile File, IReadOnlyList<string> LeftOut);

/// <summary>A file is no encoder that can be taken in.</summary>
/// <param name="faults">A sentence each, naming the tensor, what was expected and what was there.</param>
public sealed class EncoderRejectedException(IReadOnlyList<string> faults, Exception? inner = null) : Exception(string.Join(" ", faults), inner)
{
    public IReadOnlyList<string> Faults => faults;
}
