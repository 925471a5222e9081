using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Decoding;

/// <summary>Decoding images that come with a request, in processes of their own.</summary>
public static class DecodingFeature
{
    public static IServiceCollection AddDecoding(this IServiceCollection services) => services.AddSingleton(provider =>
    {
        var limits = provider.GetRequiredService<LimitsOptions>();
        var settings = new DecoderPoolSettings(
            limits.Decoders, TimeSpan.FromSeconds(limits.DecodeSeconds), limits.PixelsInFlight,
            limits.Import with { MaxImagePixels = limits.ImagePixels });
        return new DecoderPool(
            settings, () => SelfProcess.Start("decode"), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DecoderPool>>());
    });
}
