namespace PatchSsl.Core.Images;

/// <summary>Why an image was refused.</summary>
public enum ImageFault
{
    /// <summary>Not an image, or of a format that is not taken.</summary>
    Unsupported,

    /// <summary>Damaged or cut off.</summary>
    Corrupt,

    /// <summary>Its header claims more pixels than the limit.</summary>
    TooLarge,
}

/// <summary>An image that cannot be used. The message is for the person who sent it: no path, no library's name.</summary>
public sealed class ImageRejectedException(ImageFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ImageFault Fault { get; } = fault;
}
