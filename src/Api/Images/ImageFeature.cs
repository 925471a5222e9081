namespace PatchSsl.Api.Images;

/// <summary>Stored images, their patches and their ids.</summary>
public static class ImageFeature
{
    public static IServiceCollection AddImages(this IServiceCollection services) => services
        .AddSingleton<ImageStores>()
        .AddScoped<ImageCatalog>();
}
