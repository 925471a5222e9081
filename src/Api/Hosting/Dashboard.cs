using PatchSsl.Api.Access;

namespace PatchSsl.Api.Hosting;

/// <summary>The dashboard's files, and an answer for every address that is none.</summary>
public static class Dashboard
{
    public static void MapDashboard(this WebApplication app)
    {
        app.MapStaticAssets().AllowWithoutKey();
        app.Map("/api/{**path}", NothingHere).ExcludeFromDescription();
        app.Map("/hubs/{**path}", NothingHere).ExcludeFromDescription();
        app.MapFallbackToFile("index.html").AllowWithoutKey();
    }

    private static IResult NothingHere(HttpContext http) =>
        Problems.Of(StatusCodes.Status404NotFound, "not_found", "Not found", $"Nothing is at {Problems.Shown(http.Request.Path)}.");
}
