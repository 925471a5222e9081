using System.Net;

namespace PatchSsl.Api.Hosting;

/// <summary>Where the server listens, and which host names it answers to.</summary>
/// <param name="Hosts">Lower-case names; empty stands for any.</param>
public sealed record Addresses(string[] Urls, IReadOnlySet<string> Hosts)
{
    /// <exception cref="StartupException">An address is unreadable, or reachable from outside without a key.</exception>
    public static Addresses Read(IConfiguration configuration, AccessOptions access)
    {
        // The framework's own ways to name ports count as well, so that none of them goes round the key.
        var ports = (configuration["http_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => $"http://*:{p}");
        var urls = configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [.. ports];
        if (urls.Length == 0) urls = ["http://localhost:5080"];
        if (configuration.GetSection("Kestrel:Endpoints").Exists())
            throw new StartupException("Kestrel:Endpoints is not read; use --urls");
        var outside = urls.FirstOrDefault(u => !IsLoopback(u));
        if (outside is not null && access.ApiKey is null)
            throw new StartupException($"{outside} can be reached from outside, so a key is needed: set Access:ApiKey");
        IEnumerable<string> hosts = access.Hosts.Length > 0 ? access.Hosts : outside is null ? ["localhost", "127.0.0.1", "[::1]"] : [];
        return new Addresses(urls, hosts.Select(h => h.ToLowerInvariant()).ToHashSet());
    }

    private static bool IsLoopback(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new StartupException($"--urls '{url}' is no address such as http://localhost:5080");
        }
        return address.IsUnixPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
