using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using PatchSsl.Client;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>An image of the person's own, kept in this browser and sent with each search.</summary>
/// <param name="Source">Address of the picture within the browser.</param>
/// <param name="Width">Of the upright picture, in pixels.</param>
public sealed record OwnImage(string Name, string ContentType, byte[] Bytes, string Source, int Width, int Height)
{
    /// <summary>Largest file taken.</summary>
    public const long MaxBytes = 32_000_000;

    /// <summary>As a file to send; each search reads it anew.</summary>
    public UploadFile ToFile() => new(Name, new MemoryStream(Bytes, writable: false), ContentType);

    /// <summary>Reads a chosen file and lets the browser measure it.</summary>
    /// <exception cref="IOException">It is larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="JSException">The browser cannot show it.</exception>
    public static async Task<OwnImage> ReadAsync(IBrowserFile file, IJSRuntime js, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await using (var stream = file.OpenReadStream(MaxBytes, cancellationToken)) await stream.CopyToAsync(buffer, cancellationToken);
        var bytes = buffer.ToArray();
        await using var module = await js.InvokeAsync<IJSObjectReference>("import", cancellationToken, "./js/pictures.js");
        var shown = await module.InvokeAsync<Measured>("measure", cancellationToken, bytes, file.ContentType);
        return new OwnImage(file.Name, file.ContentType, bytes, shown.Source, shown.Width, shown.Height);
    }

    /// <summary>What the browser says of a picture.</summary>
    public sealed record Measured(string Source, int Width, int Height);
}
