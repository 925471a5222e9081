using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using PatchSsl.Api.Access;
using PatchSsl.Api.Database;
using PatchSsl.Api.Demo;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.OpenApi;

namespace PatchSsl.Api.Composition;

/// <summary>The server, from its options to its routes.</summary>
public static class Server
{
    private const string DemoFlag = "--demo";

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build([.. args.Where(a => a != DemoFlag)], args.Contains(DemoFlag));
            await app.Services.PrepareDatabaseAsync();
            await app.Services.SweepStorageAsync();
            await app.Services.RecoverJobsAsync();
            var background = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
            await app.RunAsync();
            // The host ends in peace where a background service threw: whoever started it must still learn of it.
            return background.Any(s => s.ExecuteTask is { IsFaulted: true }) ? 1 : Environment.ExitCode;
        }
        catch (StartupException e)
        {
            return Refuse(e.Message);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return Refuse($"{e.Message.TrimEnd('.')}; choose another with --urls");
        }
    }

    private static int Refuse(string reason)
    {
        Console.Error.WriteLine($"PatchSslWeb cannot start: {reason}");
        return 1;
    }

    private static WebApplication Build(string[] args, bool demo)
    {
        // The content root is where the program lies, so that it finds its appsettings.json and pages from any working directory.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = ServerOptions.Read(builder.Configuration);
        var addresses = Addresses.Read(builder.Configuration, options.Access);
        builder.WebHost.UseUrls(addresses.Urls).UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.RequestBytes;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 300;
        });
        builder.Host.ConfigureHostOptions(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.Jobs.StopGraceSeconds + 15));

        var services = builder.Services;
        services.AddSingleton(options.Data).AddSingleton(options.Torch).AddSingleton(options.Jobs).AddSingleton(options.Limits).AddSingleton(options.Search);
        services.AddSingleton(options.Demo).AddSingleton(options.Access).AddSingleton(addresses).AddSingleton(TimeProvider.System);
        services.AddSingleton<DataDirectory>();
        services.AddDatabase();
        services.AddFailures();
        services.AddRequestLimits(options.Limits);
        services.AddAccess();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling |= JsonNumberHandling.AllowNamedFloatingPointLiterals;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.MaxDepth = 32;
        });
        services.AddFeatures();
        if (demo)
        {
            services.AddHostedService<DemoConsole>();
            // The progress bar has the terminal for itself.
            builder.Logging.AddFilter((_, level) => level >= LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        }

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseSecurityHeaders();
        app.UseHostCheck();
        app.UseOriginCheck();
        app.UseDocumentation();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAccess();
        app.MapFeatures();
        app.MapDashboard();
        return app;
    }
}
