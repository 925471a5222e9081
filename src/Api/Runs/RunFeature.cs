using PatchSsl.Api.Jobs;
using PatchSsl.Client;

namespace PatchSsl.Api.Runs;

/// <summary>Everything about runs.</summary>
public static class RunFeature
{
    public static IServiceCollection AddRuns(this IServiceCollection services)
    {
        services.AddSignalR(options => options.MaximumReceiveMessageSize = 16 << 10).AddJsonProtocol(json => json.PayloadSerializerOptions = ClientJson.Options);
        return services.AddSingleton<RunMetricStore>().AddSingleton<CheckpointFiles>().AddSingleton<IJobHandler, RunJobs>()
            .AddSingleton<RunFeeds>().AddSingleton<RunService>();
    }

    public static void MapRunHub(this IEndpointRouteBuilder app) => app.MapHub<RunHub>("/" + ApiRoutes.RunHub);
}
