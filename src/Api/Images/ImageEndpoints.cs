using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Images;

/// <summary>Stored images and parts of them. They never change under their id, so browsers keep them for good.</summary>
public static class ImageEndpoints
{
    private const int LargestThumbnail = 2048;
    private const int LargestPatch = 1024;

    public static RouteGroupBuilder MapImages(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/images").WithTags("Images").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/{id}", Get).WithName("getImage").WithSummary("An image's name, class, split and size");
        group.MapGet("/{id}/content", Content).WithName("getImageContent").WithSummary("The whole image as stored: upright, 8-bit sRGB")
            .Produces(StatusCodes.Status200OK, contentType: ThumbnailWriter.MediaType).Produces(StatusCodes.Status304NotModified);
        group.MapGet("/{id}/thumbnail", Thumbnail).WithName("getImageThumbnail").WithSummary("The image, scaled to a longer side")
            .Produces(StatusCodes.Status200OK, contentType: ThumbnailWriter.MediaType).Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/{id}/patch", Patch).WithName("getImagePatch").WithSummary("A box of the image, scaled")
            .Produces(StatusCodes.Status200OK, contentType: ThumbnailWriter.MediaType).Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return group;
    }

    public static async Task<Ok<ImageItem>> Get(string id, ImageCatalog images, CancellationToken cancellationToken)
    {
        using var image = await images.FindAsync(id, cancellationToken);
        return TypedResults.Ok(image.ToContract());
    }

    public static Task<IResult> Content(string id, ImageCatalog images, HttpContext http, CancellationToken cancellationToken) =>
        PictureAsync(http, images, id, "full", image => ThumbnailWriter.Jpeg(image.Pixels, image.Info.Width, image.Info.Height, null), cancellationToken);

    /// <param name="size">Longer side of the answer in pixels, 16 to 2,048.</param>
    public static Task<IResult> Thumbnail(
        string id, ImageCatalog images, HttpContext http, CancellationToken cancellationToken, [DefaultValue(160)] int size = 160)
    {
        CheckSize(size, LargestThumbnail);
        return PictureAsync(http, images, id, $"t{size}", image => ThumbnailWriter.Jpeg(image.Pixels, image.Info.Width, image.Info.Height, size), cancellationToken);
    }

    /// <param name="x">Left edge of the box in pixels of the stored image.</param>
    /// <param name="y">Top edge of the box.</param>
    /// <param name="width">Width of the box, at least 1.</param>
    /// <param name="height">Height of the box, at least 1.</param>
    /// <param name="size">Longer side of the answer in pixels, 16 to 1,024.</param>
    public static Task<IResult> Patch(
        string id, [DefaultValue(0)] double x, [DefaultValue(0)] double y, [DefaultValue(16)] double width, [DefaultValue(16)] double height,
        ImageCatalog images, HttpContext http, CancellationToken cancellationToken, [DefaultValue(96)] int size = 96)
    {
        CheckSize(size, LargestPatch);
        var tag = FormattableString.Invariant($"p{x}_{y}_{width}_{height}_{size}");
        return PictureAsync(http, images, id, tag, image => ThumbnailWriter.Crop(
            image.Pixels, image.Info.Width, image.Info.Height, image.Box(new Box(x, y, width, height)), size), cancellationToken);
    }

    private static async Task<IResult> PictureAsync(
        HttpContext http, ImageCatalog images, string id, string variant, Func<FoundImage, byte[]> draw, CancellationToken cancellationToken)
    {
        using var image = await images.FindAsync(id, cancellationToken);
        var tag = new EntityTagHeaderValue($"\"{image.Id}-{variant}\"");
        var known = http.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(tag, useStrongComparison: false) || t == EntityTagHeaderValue.Any);
        byte[]? picture = known ? null : draw(image);
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return picture is null ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Bytes(picture, ThumbnailWriter.MediaType);
    }

    private static void CheckSize(int size, int largest)
    {
        var errors = new FieldErrors();
        if (size < 16 || size > largest) errors.Add("size", $"size is {size}: allowed is 16 to {largest:N0} pixels.");
        errors.Throw();
    }
}
