using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Access;

/// <summary>The key at the door, and its exchange for a cookie by the dashboard.</summary>
public static class SessionEndpoints
{
    private const string CookieName = "patchssl-session";

    public static IServiceCollection AddAccess(this IServiceCollection services) => services.AddSingleton<ApiKey>();

    /// <summary>
    /// Where a key is set, everything but the sign-in, the liveness probe and the dashboard's own files needs it. Deny by default: a route is
    /// open only by <see cref="Open"/>.
    /// </summary>
    public static void UseAccess(this WebApplication app)
    {
        var key = app.Services.GetRequiredService<ApiKey>();
        if (!key.Needed) return;
        app.Use((http, next) => IsOpen(http) || key.Matches(Bearer(http)) || key.CookieMatches(http.Request.Cookies[CookieName])
            ? next(http)
            : DeniedAsync(http));
    }

    /// <summary>Marks a route that needs no key.</summary>
    public static TBuilder AllowWithoutKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(Open.Instance);

    public static void MapSession(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/session").WithTags("Access");
        group.MapPost("", SignIn).AllowWithoutKey().WithName("signIn").WithSummary("Exchange the key for a cookie of this browser");
        group.MapDelete("", SignOut).AllowWithoutKey().WithName("signOut").WithSummary("Forget the cookie");
    }

    public static Results<NoContent, ProblemHttpResult> SignIn(Client.Contracts.SignIn body, ApiKey key, HttpContext http)
    {
        if (!key.Needed) return TypedResults.NoContent();
        if (!key.Matches(body.Key)) return Problems.Of(StatusCodes.Status401Unauthorized, "wrong_key", "Not the key", "The key is not this server's.");
        var (value, expires) = key.Cookie();
        http.Response.Cookies.Append(CookieName, value, Options(http, expires));
        return TypedResults.NoContent();
    }

    public static NoContent SignOut(HttpContext http)
    {
        http.Response.Cookies.Delete(CookieName, Options(http, null));
        return TypedResults.NoContent();
    }

    private static CookieOptions Options(HttpContext http, DateTimeOffset? expires) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Expires = expires, Path = "/" };

    private static bool IsOpen(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is null) return !http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/hubs");
        return endpoint.Metadata.GetMetadata<Open>() is not null;
    }

    private static string? Bearer(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
    }

    private static Task DeniedAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Of(StatusCodes.Status401Unauthorized, "key_needed", "A key is needed", "Send Authorization: Bearer <key>, or sign in.")
            .ExecuteAsync(http);
    }

    private sealed class Open
    {
        public static readonly Open Instance = new();
    }
}
