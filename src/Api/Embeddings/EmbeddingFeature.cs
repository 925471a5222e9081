using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;

namespace PatchSsl.Api.Embeddings;

/// <summary>Embedding images that come with a request.</summary>
public static class EmbeddingFeature
{
    public static IServiceCollection AddEmbeddings(this IServiceCollection services) => services
        .AddSingleton<TorchEncoders>()
        .AddSingleton(provider =>
        {
            var limits = provider.GetRequiredService<LimitsOptions>();
            var queue = new EmbeddingQueue(
                new EmbeddingQueueSettings(limits.EmbeddingPatches, limits.LoadedModels), provider.GetRequiredService<TorchEncoders>().Load,
                provider.GetRequiredService<ILogger<EmbeddingQueue>>());
            provider.GetRequiredService<ModelCatalog>().Forgotten += queue.Forget;
            return queue;
        })
        .AddSingleton<EmbeddingDesk>()
        .AddSingleton<ImageEmbedder>();
}
