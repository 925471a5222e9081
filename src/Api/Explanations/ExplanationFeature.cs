using PatchSsl.Api.Jobs;

namespace PatchSsl.Api.Explanations;

/// <summary>Reports on what a model learned.</summary>
public static class ExplanationFeature
{
    public static IServiceCollection AddExplanations(this IServiceCollection services) => services
        .AddSingleton<IJobHandler, ExplanationJobs>()
        .AddSingleton<ExplanationService>();
}
