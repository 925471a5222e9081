using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.OpenApi;

/// <summary>The documentation that runs: the document at <c>/swagger/v1/swagger.json</c>, its pages at <c>/swagger</c>, from our own files.</summary>
public static class Documentation
{
    public static IServiceCollection AddDocumentation(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSingleton<LiveIds>()
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "PatchSslWeb",
                Version = "v1",
                Description =
                    "Learns a representation of your own images from their patches, shows what it learned, and serves it. Work that outlives a " +
                    "request answers 202 with a job; every failure is problem+json. Ids in the examples are those of the newest things on this server.",
            });
            options.IncludeXmlComments(typeof(Documentation).Assembly);
            options.IncludeXmlComments(typeof(Problem).Assembly);
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.MapType<Vector>(() => ColumnSchema("float32", JsonSchemaType.Number, "float", 0.12, -0.05, 0.33));
            options.MapType<Integers>(() => ColumnSchema("int32", JsonSchemaType.Integer, "int32", 0, 2, 1));
            options.AddSecurityDefinition("key", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The server's Access:ApiKey; none is needed while it listens on loopback only and has no key.",
            });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] });
            options.OperationFilter<Forms>();
            options.OperationFilter<FailureDocs>();
            options.DocumentAsyncFilter<Examples>();
        });

    public static void UseDocumentation(this IApplicationBuilder app) => app.UseSwaggerUI(options =>
    {
        options.SwaggerEndpoint("v1/swagger.json", "PatchSslWeb v1");
        options.DocumentTitle = "PatchSslWeb API";
        options.EnableTryItOutByDefault();
        options.DisplayRequestDuration();
        options.DisplayOperationId();
    });

    private static OpenApiSchema ColumnSchema(string values, JsonSchemaType type, string format, params JsonNode[] example) => new()
    {
        Description = $"{values} values: an array of numbers, or base64 of the little-endian values.",
        OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = type, Format = format } },
            new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
        ],
        Example = new JsonArray(example),
    };
}
