using PatchSsl.Api.Evaluations;
using PatchSsl.Api.Explanations;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Images;
using PatchSsl.Api.Indexes;
using PatchSsl.Api.Models;

namespace PatchSsl.Api.Embeddings;

/// <summary>What the answering features are made of.</summary>
public static class EmbeddingServices
{
    public static IServiceCollection AddEmbeddings(this IServiceCollection services) => services
        .AddSingleton<TorchEncoders>()
        .AddSingleton(provider =>
        {
            var limits = provider.GetRequiredService<LimitsOptions>();
            return new EmbeddingQueue(
                new EmbeddingQueueSettings(limits.EmbeddingPatches, limits.LoadedModels), provider.GetRequiredService<TorchEncoders>().Load,
                provider.GetRequiredService<ILogger<EmbeddingQueue>>());
        })
        .AddSingleton(provider =>
        {
            var limits = provider.GetRequiredService<LimitsOptions>();
            var settings = new DecoderPoolSettings(
                limits.Decoders, TimeSpan.FromSeconds(limits.DecodeSeconds), limits.PixelsInFlight,
                limits.Import with { MaxImagePixels = limits.ImagePixels });
            return new DecoderPool(
                settings, () => SelfProcess.Start("decode"), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DecoderPool>>());
        })
        .AddSingleton<EmbeddingService>()
        .AddSingleton<ImageEmbedder>()
        .AddSingleton<ModelCatalog>()
        .AddSingleton<ModelImport>()
        .AddSingleton<ImageStores>()
        .AddSingleton<EvaluationService>()
        .AddSingleton<ExplanationService>()
        .AddScoped<ImageCatalog>()
        .AddSingleton<OpenIndexes>()
        .AddSingleton(provider =>
        {
            // The probe's own process has found out what there is: asking libtorch here would load it.
            var torch = provider.GetRequiredService<TorchStatus>();
            return new DeviceSearch(
                provider.GetRequiredService<DeviceSearchOptions>().DeviceBytes, () => torch.Device == "cuda", provider.GetRequiredService<TorchEncoders>().Start,
                provider.GetRequiredService<ILogger<DeviceSearch>>());
        })
        .AddSingleton<SearchGate>()
        .AddScoped<QueryVectors>()
        .AddScoped<NeighbourSearch>()
        .AddScoped<SimilarityScores>()
        .AddSingleton<IndexMaps>()
        .AddScoped<PatchMaps>();

    /// <param name="api">The routes below /api/v1.</param>
    public static void MapAnswers(this IEndpointRouteBuilder api)
    {
        api.MapModels();
        api.MapEmbeddings();
        api.MapIndexes();
        api.MapEvaluations();
        api.MapExplanations();
        api.MapImages();
    }
}
