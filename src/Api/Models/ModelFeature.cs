namespace PatchSsl.Api.Models;

/// <summary>Models that can embed: checkpoints of runs, and encoders taken in.</summary>
public static class ModelFeature
{
    public static IServiceCollection AddModels(this IServiceCollection services) => services
        .AddSingleton<ModelCatalog>()
        .AddSingleton<ModelImport>();
}
