using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Data.Sqlite;
using PatchSsl.Core.Files;

namespace PatchSsl.Api.Hosting;

/// <summary>The one place where a failure becomes problem+json: exceptions here, bare status codes by the framework's status code pages.</summary>
public sealed partial class Failures(LimitsOptions limits, ILogger<Failures> logger) : IExceptionHandler
{
    private const int SqliteBusy = 5, SqliteFull = 13, SqliteReadOnly = 8;

    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = 499; // the caller is gone: nobody reads it, the log does
            return true;
        }
        await Describe(exception).ExecuteAsync(http);
        return true;
    }

    private ProblemHttpResult Describe(Exception exception)
    {
        switch (exception)
        {
            case ProblemException e:
                return e.Problem;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problems.TooLarge($"The body is over the limit of {limits.RequestBytes:N0} bytes.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } e:
                return Problems.UnsupportedMediaType(Sentence(e), "unsupported_media_type");
            case BadHttpRequestException e:
                return Problems.BadRequest(Sentence(e));
            case InvalidDataException { Source: "Microsoft.AspNetCore.WebUtilities" } e:
                return Problems.BadRequest(e.Message);
        }
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SqliteException { SqliteErrorCode: SqliteBusy }:
                    return Problems.Unavailable("The database is busy.");
                case SqliteException { SqliteErrorCode: SqliteFull }:
                case IOException when DiskFull.Is(inner):
                    LogUnhandled(exception);
                    return Problems.Of(StatusCodes.Status507InsufficientStorage, "insufficient_storage", "The disk is full",
                        "The data directory's disk is full.");
                case SqliteException { SqliteErrorCode: SqliteReadOnly }:
                    LogUnhandled(exception);
                    return Problems.Unavailable("The data directory cannot be written.", "storage_read_only", 30);
            }
        }
        LogUnhandled(exception);
        return Problems.Of(StatusCodes.Status500InternalServerError, "server_error", "The server failed",
            "Something went wrong that should not have; the server's log holds the details under this traceId.");
    }

    /// <summary>What was wrong with a body or parameter, without type names.</summary>
    private static string Sentence(BadHttpRequestException e) => e.InnerException switch
    {
        JsonException { Path: { } path } json => $"The JSON body cannot be read at {path}{Position(json)}.",
        JsonException json => $"The JSON body cannot be read{Position(json)}.",
        _ when e.Message.StartsWith("Failed to bind parameter", StringComparison.Ordinal) => Parameter(e.Message),
        _ => e.Message.Contains('"') ? "A required parameter or the body is missing." : e.Message,
    };

    private static string Position(JsonException e) => e.LineNumber is null ? "" : $" (line {e.LineNumber + 1})";

    /// <summary>From <c>Failed to bind parameter "int limit" from "x".</c>, the name and the value.</summary>
    private static string Parameter(string message)
    {
        var quoted = message.Split('"');
        return quoted.Length < 5
            ? "A parameter cannot be read."
            : $"The parameter {JsonNamingPolicy.CamelCase.ConvertName(quoted[1].Split(' ').Last())} cannot be read from '{Problems.Shown(quoted[3])}'.";
    }

    /// <summary>Completes every problem, whoever made it.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var (problem, http) = (context.ProblemDetails, context.HttpContext);
        problem.Status ??= http.Response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        if (problem.Type?.StartsWith("urn:", StringComparison.Ordinal) is not true) problem.Type = $"urn:patchssl:{TypeOf(problem.Status)}";
        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status401Unauthorized => "A key is needed: Authorization: Bearer <key>.",
            StatusCodes.Status404NotFound => $"Nothing is at {Problems.Shown(http.Request.Path)}.",
            StatusCodes.Status405MethodNotAllowed => $"{http.Request.Method} is not allowed at {Problems.Shown(http.Request.Path)}.",
            StatusCodes.Status406NotAcceptable => "None of the formats in Accept can be made here.",
            StatusCodes.Status413PayloadTooLarge => $"The body is over the limit of {http.RequestServices.GetRequiredService<LimitsOptions>().RequestBytes:N0} bytes.",
            StatusCodes.Status415UnsupportedMediaType => $"The content type '{Problems.Shown(http.Request.ContentType ?? "")}' is not taken here.",
            _ => problem.Title ?? "The request failed.",
        };
        if (problem.Extensions.TryGetValue(Problems.RetryAfter, out var seconds)) http.Response.Headers.RetryAfter = seconds?.ToString();
    }

    private static string TypeOf(int? status) => status switch
    {
        StatusCodes.Status401Unauthorized => "key_needed",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status406NotAcceptable => "not_acceptable",
        StatusCodes.Status413PayloadTooLarge => "body_too_large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
        >= 500 => "server_error",
        _ => "malformed_request",
    };

    [LoggerMessage(LogLevel.Error, "Request failed")]
    private partial void LogUnhandled(Exception exception);
}
