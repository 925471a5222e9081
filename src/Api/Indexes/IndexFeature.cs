using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Torch;

namespace PatchSsl.Api.Indexes;

/// <summary>Indexes of a dataset's patches, and what can be asked of them.</summary>
public static class IndexFeature
{
    public static IServiceCollection AddIndexes(this IServiceCollection services) => services
        .AddSingleton<IJobHandler, IndexJobs>()
        .AddSingleton<OpenIndexes>()
        .AddSingleton(provider =>
        {
            // The probe's own process has found out what there is: asking libtorch here would load it.
            var torch = provider.GetRequiredService<TorchStatus>();
            return new DeviceSearch(
                provider.GetRequiredService<DeviceSearchOptions>().DeviceBytes, () => torch.Device == "cuda",
                provider.GetRequiredService<TorchLoader>().Start, provider.GetRequiredService<ILogger<DeviceSearch>>());
        })
        .AddSingleton<SearchGate>()
        .AddScoped<QueryVectors>()
        .AddScoped<NeighbourSearch>()
        .AddScoped<SimilarityScores>()
        .AddSingleton<MapCache>()
        .AddScoped<MapAnswers>();
}
