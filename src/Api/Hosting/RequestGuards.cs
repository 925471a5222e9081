using System.Threading.RateLimiting;

namespace PatchSsl.Api.Hosting;

/// <summary>What every request passes before it reaches a route.</summary>
public static class RequestGuards
{
    // wasm-unsafe-eval: the dashboard is WebAssembly. Inline styles: MudBlazor and Plotly set them. data: and blob: images: charts and previews.
    private const string ContentSecurity =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
        "font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; " +
        "form-action 'self'; frame-ancestors 'none'";

    public static IServiceCollection AddFailures(this IServiceCollection services) => services
        .AddSingleton<IProblemDetailsWriter, ProblemWriter>()
        .AddProblemDetails()
        .AddExceptionHandler<Failures>()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

    public static IServiceCollection AddRequestLimits(this IServiceCollection services, LimitsOptions limits) =>
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = async (context, _) => await Problems
                .TooManyRequests($"More than {limits.RequestsPerSecond} requests a second came from this caller.")
                .ExecuteAsync(context.HttpContext);
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
                limits.RequestsPerSecond == 0 || !http.Request.Path.StartsWithSegments("/api")
                    ? RateLimitPartition.GetNoLimiter("")
                    : RateLimitPartition.GetTokenBucketLimiter(Caller(http), _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = 2 * limits.RequestsPerSecond,
                        TokensPerPeriod = Math.Max(1, limits.RequestsPerSecond / 10),
                        ReplenishmentPeriod = limits.RequestsPerSecond < 10
                            ? TimeSpan.FromSeconds(1.0 / limits.RequestsPerSecond)
                            : TimeSpan.FromSeconds(.1),
                    }));
        });

    private static string Caller(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = ContentSecurity;
            headers.XFrameOptions = "DENY";
            return Task.CompletedTask;
        });
        return next(http);
    });

    /// <summary>Answers to its own names only: a name that somebody pointed here (DNS rebinding) is refused.</summary>
    public static void UseHostCheck(this WebApplication app)
    {
        var hosts = app.Services.GetRequiredService<Addresses>().Hosts;
        if (hosts.Count == 0) return;
        app.Use((http, next) => hosts.Contains(http.Request.Host.Host.ToLowerInvariant())
            ? next(http)
            : Problems.BadRequest($"The host '{Problems.Shown(http.Request.Host.Host)}' is not served here; Access:Hosts lists those that are.", "unknown_host")
                .ExecuteAsync(http));
    }

    /// <summary>
    /// Browsers say where a request comes from. Another site's page may not change anything here or open the hub, whether a cookie is sent
    /// or none is needed; scripts send no Origin and pass.
    /// </summary>
    public static void UseOriginCheck(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var request = http.Request;
        var guarded = !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || request.Path.StartsWithSegments("/hubs");
        var origin = request.Headers.Origin.ToString();
        return !guarded || origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            ? next(http)
            : Problems.Of(StatusCodes.Status403Forbidden, "foreign_origin", "Not from this site",
                $"Pages of '{Problems.Shown(origin)}' may not do this.").ExecuteAsync(http);
    });
}
