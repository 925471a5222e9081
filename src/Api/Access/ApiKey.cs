using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Access;

/// <summary>The one key: compared as a hash in constant time, and exchanged for a cookie that holds no secret.</summary>
public sealed class ApiKey(AccessOptions options, TimeProvider time)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(30);
    private readonly byte[]? _hash = options.ApiKey is { } key ? Hash(key) : null;

    /// <summary>False while bound to loopback without a key: then everyone on this machine may call.</summary>
    public bool Needed => _hash is not null;

    public bool Matches(string? key) => _hash is not null && key is not null && CryptographicOperations.FixedTimeEquals(Hash(key), _hash);

    /// <summary>A cookie's value: when it ends, signed by the key, so that a changed key ends it too.</summary>
    public (string Value, DateTimeOffset Expires) Cookie()
    {
        var expires = time.GetUtcNow() + Lasts;
        var text = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return ($"{text}.{Convert.ToHexStringLower(Sign(text))}", expires);
    }

    public bool CookieMatches(string? cookie)
    {
        if (_hash is null || cookie?.Split('.') is not [var text, var signature]) return false;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var expires)) return false;
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Sign(text))))
            && time.GetUtcNow().ToUnixTimeSeconds() < expires;
    }

    private byte[] Sign(string text) => HMACSHA256.HashData(_hash!, Encoding.ASCII.GetBytes("session:" + text));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
