using MudBlazor;
using MudBlazor.Services;
using PatchSsl.Client;
using PatchSsl.Client.Live;
using PatchSsl.Web.State;

namespace PatchSsl.Web;

/// <summary>Everything the pages ask for.</summary>
public static class DashboardServices
{
    /// <param name="server">The server's root, ending with a slash.</param>
    /// <param name="transport">What carries requests: the browser's fetch, or a test's answers.</param>
    public static IServiceCollection AddDashboard(this IServiceCollection services, Uri server, HttpMessageHandler transport)
    {
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            options.SnackbarConfiguration.PreventDuplicates = true;
            options.SnackbarConfiguration.VisibleStateDuration = 6000;
        });
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ServerConnection>();
        services.AddScoped<ThemePreference>();
        services.AddScoped(provider => new HttpClient(new ConnectionHandler(provider.GetRequiredService<ServerConnection>()) { InnerHandler = transport })
        {
            BaseAddress = server,
            Timeout = Timeout.InfiniteTimeSpan, // Uploads take what they take; a page that is left cancels its requests.
        });
        services.AddScoped<ApiClient>();
        services.AddScoped<Func<IRunConnection>>(_ => () => new HubRunConnection(server));
        return services;
    }
}
