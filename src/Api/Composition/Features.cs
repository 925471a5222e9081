using PatchSsl.Api.Access;
using PatchSsl.Api.Comparisons;
using PatchSsl.Api.Datasets;
using PatchSsl.Api.Decoding;
using PatchSsl.Api.Demo;
using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Evaluations;
using PatchSsl.Api.Explanations;
using PatchSsl.Api.Explanations.ClosedForm;
using PatchSsl.Api.Images;
using PatchSsl.Api.Indexes;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Api.OpenApi;
using PatchSsl.Api.Runs;
using PatchSsl.Api.Status;
using PatchSsl.Api.Torch;

namespace PatchSsl.Api.Composition;

/// <summary>What the server is made of: each feature adds its services and its routes here, in one line each.</summary>
public static class Features
{
    public static IServiceCollection AddFeatures(this IServiceCollection services) => services
        .AddTorch()
        .AddDecoding()
        .AddJobs()
        .AddImages()
        .AddDatasets()
        .AddModels()
        .AddRuns()
        .AddEmbeddings()
        .AddIndexes()
        .AddEvaluations()
        .AddExplanations()
        .AddClosedForm()
        .AddComparisons()
        .AddDemo()
        .AddDocumentation();

    public static void MapFeatures(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1");
        api.MapSession();
        api.MapSystem();
        api.MapJobs();
        api.MapDatasets();
        api.MapRuns();
        api.MapRecipes();
        api.MapComparisons();
        api.MapDemo();
        api.MapModels();
        api.MapEmbeddings();
        api.MapIndexes();
        api.MapEvaluations();
        api.MapExplanations();
        api.MapImages();
        api.MapClosedForm();
        app.MapOpenAi();
        app.MapHealth();
        app.MapServerMetrics();
        app.MapRunHub();
        app.MapSwagger("/swagger/{documentName}/swagger.json").ExcludeFromDescription();
    }
}
