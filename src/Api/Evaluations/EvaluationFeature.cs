using PatchSsl.Api.Jobs;

namespace PatchSsl.Api.Evaluations;

/// <summary>Evaluations of a model on a labelled dataset.</summary>
public static class EvaluationFeature
{
    public static IServiceCollection AddEvaluations(this IServiceCollection services) => services
        .AddSingleton<IJobHandler, EvaluationJobs>()
        .AddSingleton<EvaluationService>();
}
