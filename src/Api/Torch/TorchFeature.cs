namespace PatchSsl.Api.Torch;

/// <summary>libtorch: what there is, and its loading.</summary>
public static class TorchFeature
{
    public static IServiceCollection AddTorch(this IServiceCollection services) => services
        .AddSingleton<TorchLoader>()
        .AddSingleton<TorchStatus>()
        .AddHostedService(provider => provider.GetRequiredService<TorchStatus>());
}
