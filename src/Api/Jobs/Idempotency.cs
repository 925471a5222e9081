using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Jobs;

/// <summary>
/// Honours <c>Idempotency-Key</c>: the first request's answer is kept in the same transaction as what it made, so a repeated one gets that
/// answer and makes nothing. A key lasts a day.
/// </summary>
public static class Idempotency
{
    public const string Header = "Idempotency-Key";
    private const int LongestKey = 255;
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(1);

    /// <summary>For a creating POST whose handler answers with a value and saves through the request's context.</summary>
    public static RouteHandlerBuilder WithIdempotency(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(Header, out var header)) return await next(context);
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        // What was asked: the route's values and the body's contract; services are no part of it.
        var asked = new StringBuilder(http.Request.QueryString.Value);
        foreach (var argument in context.Arguments.Where(a => a?.GetType().Namespace == typeof(Client.Contracts.Problem).Namespace))
            asked.Append(JsonSerializer.Serialize(argument, argument!.GetType(), json));
        return await OnceAsync(http, header.ToString(), asked.ToString(), async () => await next(context));
    });

    /// <summary>Runs <paramref name="create"/> unless this key has been answered.</summary>
    /// <exception cref="ProblemException">422: the key was used for something else.</exception>
    public static async Task<object?> OnceAsync(HttpContext http, string key, string asked, Func<Task<object?>> create)
    {
        if (key.Length is 0 or > LongestKey) throw new ProblemException(Problems.BadRequest($"{Header} has {key.Length} characters; allowed is 1 to {LongestKey}."));
        var db = http.RequestServices.GetRequiredService<PatchSslContext>();
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var scope = $"{http.Request.Method} {http.Request.Path}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)));

        // A write transaction: a second request with the key waits here until the first is answered.
        await using var transaction = await db.Database.BeginTransactionAsync(http.RequestAborted);
        await db.Idempotency.Where(i => i.CreatedAt < now - Lasts).ExecuteDeleteAsync(http.RequestAborted);
        var earlier = await db.Idempotency.AsNoTracking().FirstOrDefaultAsync(i => i.Scope == scope && i.Key == key, http.RequestAborted);
        if (earlier is not null)
        {
            if (earlier.RequestHash != hash)
                throw new ProblemException(Problems.Unprocessable($"{Header} '{Problems.Shown(key)}' was used for another request.", "idempotency_key_reused"));
            if (earlier.Location is not null) http.Response.Headers.Location = earlier.Location;
            http.Response.Headers["Idempotent-Replayed"] = "true";
            return TypedResults.Content(earlier.Body, "application/json", Encoding.UTF8, earlier.Status);
        }
        var result = await create();
        if (Unwrap(result) is IStatusCodeHttpResult { StatusCode: >= 200 and < 300 } made and IValueHttpResult { Value: { } value })
        {
            var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            db.Idempotency.Add(new IdempotencyRow
            {
                Scope = scope,
                Key = key,
                RequestHash = hash,
                Status = made.StatusCode.Value,
                Location = LocationOf(made),
                Body = JsonSerializer.Serialize(value, value.GetType(), json),
                CreatedAt = now,
            });
            await db.SaveChangesAsync(http.RequestAborted);
            await transaction.CommitAsync(http.RequestAborted);
            // The handler woke the queue before the job was committed.
            http.RequestServices.GetRequiredService<JobService>().Wake();
        }
        return result;
    }

    /// <summary>Accepted and Created carry it, each as a type of its own.</summary>
    private static string? LocationOf(object result) => result.GetType().GetProperty("Location")?.GetValue(result) as string;

    private static object? Unwrap(object? result) => result is INestedHttpResult nested ? nested.Result : result;
}
