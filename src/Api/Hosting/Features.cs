using PatchSsl.Api.Access;
using PatchSsl.Api.Comparisons;
using PatchSsl.Api.Datasets;
using PatchSsl.Api.Demo;
using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Explanations.ClosedForm;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.OpenApi;
using PatchSsl.Api.Runs;

namespace PatchSsl.Api.Hosting;

/// <summary>What the server is made of: each feature adds its services and its routes here, in one line each.</summary>
public static class Features
{
    public static IServiceCollection AddFeatures(this IServiceCollection services) => services
        .AddJobs()
        .AddDatasets()
        .AddRuns()
        .AddComparisons()
        .AddDemo()
        .AddSystem()
        .AddEmbeddings()
        .AddClosedForm()
        .AddDocumentation();

    public static void MapFeatures(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1");
        api.MapSession();
        api.MapSystem();
        api.MapJobs();
        api.MapDatasets();
        api.MapRuns();
        api.MapRecipesAndCheckpoints();
        api.MapComparisons();
        api.MapDemo();
        api.MapAnswers();
        api.MapClosedForm();
        app.MapOpenAi();
        app.MapHealth();
        app.MapServerMetrics();
        app.MapRunHub();
        app.MapSwagger("/swagger/{documentName}/swagger.json").ExcludeFromDescription();
    }
}
