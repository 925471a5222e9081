using PatchSsl.Api.Access;

namespace PatchSsl.Api.Composition;

/// <summary>The dashboard's files, and an answer for every address that is none.</summary>
public static class Dashboard
{
    public static void MapDashboard(this WebApplication app)
    {
        app.MapStaticAssets().AllowWithoutKey();
        // Pages are made in the browser: any address that is neither a file's nor the server's own gets the page that makes them.
        app.MapFallbackToFile("", "index.html").AllowWithoutKey();
        app.MapFallbackToFile("{*path:nonfile:regex(^(?!(api|hubs|health|metrics|swagger)(/|$)).*$)}", "index.html").AllowWithoutKey();
    }
}
