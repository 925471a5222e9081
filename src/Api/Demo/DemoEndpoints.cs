using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Database;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Demo;

/// <summary>Routes of <c>/demo</c>.</summary>
public static class DemoEndpoints
{
    public static IServiceCollection AddDemo(this IServiceCollection services) =>
        services.AddSingleton<DemoSteps>().AddSingleton<DemoMeasure>().AddSingleton<DemoLead>()
            .AddHostedService(provider => provider.GetRequiredService<DemoLead>());

    public static void MapDemo(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/demo").WithTags("Demo");
        group.MapGet("", Get).WithName("getDemo").WithSummary("How far the built-in demo is");
        group.MapPost("", Start).WithName("startDemo").WithSummary("Run the built-in demo; while it runs, nothing is started");
    }

    public static async Task<Ok<DemoStatus>> Get(PatchSslContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await DemoContracts.ReadAsync(db, cancellationToken));

    public static async Task<Accepted<DemoStatus>> Start(DemoLead demo, PatchSslContext db, CancellationToken cancellationToken)
    {
        await demo.BeginAsync(again: true, cancellationToken);
        return TypedResults.Accepted("/api/v1/demo", await DemoContracts.ReadAsync(db, cancellationToken));
    }
}
