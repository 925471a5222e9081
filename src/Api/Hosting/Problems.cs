using Microsoft.AspNetCore.Http.HttpResults;

namespace PatchSsl.Api.Hosting;

/// <summary>Every failure a handler can answer with; each names the value that was wrong and the limit it broke.</summary>
public static class Problems
{
    /// <summary>Seconds after which to try again: also sent as the Retry-After header.</summary>
    public const string RetryAfter = "retryAfterSeconds";

    public static ProblemHttpResult BadRequest(string detail, string type = "malformed_request") =>
        Of(StatusCodes.Status400BadRequest, type, "The request is malformed", detail);

    public static ProblemHttpResult NotFound(string what, string id) =>
        Of(StatusCodes.Status404NotFound, "not_found", "Not found", $"There is no {what} '{Shown(id)}'.");

    public static ProblemHttpResult Conflict(string detail, string type = "wrong_state") =>
        Of(StatusCodes.Status409Conflict, type, "The state does not allow it", detail);

    public static ProblemHttpResult PreconditionFailed(string detail) =>
        Of(StatusCodes.Status412PreconditionFailed, "changed_meanwhile", "It was changed meanwhile", detail);

    public static ProblemHttpResult TooLarge(string detail, string type = "body_too_large") =>
        Of(StatusCodes.Status413PayloadTooLarge, type, "Too large", detail);

    public static ProblemHttpResult UnsupportedMediaType(string detail, string type = "unsupported_image_format") =>
        Of(StatusCodes.Status415UnsupportedMediaType, type, "Not a format taken here", detail);

    public static ProblemHttpResult Unprocessable(string detail, string type = "unusable", IReadOnlyDictionary<string, string[]>? errors = null) =>
        Of(StatusCodes.Status422UnprocessableEntity, type, "Understood, but unusable", detail, ("errors", errors));

    /// <param name="errors">Field → what is wrong with it; all at once.</param>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors, string type = "invalid_fields") =>
        Unprocessable(string.Join(" ", errors.Select(e => $"{e.Key}: {string.Join(" ", e.Value)}")), type, errors);

    public static ProblemHttpResult TooManyRequests(string detail, int retryAfter = 1) =>
        Of(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests", detail, (RetryAfter, retryAfter));

    public static ProblemHttpResult Unavailable(string detail, string type = "busy", int retryAfter = 2) =>
        Of(StatusCodes.Status503ServiceUnavailable, type, "Not now", detail, (RetryAfter, retryAfter));

    public static ProblemHttpResult InsufficientStorage(long needed, long free) =>
        Of(StatusCodes.Status507InsufficientStorage, "insufficient_storage", "The disk is full",
            $"{needed:N0} bytes are needed on the data directory's disk, {free:N0} are free.", ("neededBytes", needed), ("freeBytes", free));

    public static ProblemHttpResult Of(int status, string type, string title, string detail, params (string Name, object? Value)[] more)
    {
        var extensions = more.Where(m => m.Value is not null).ToDictionary(m => m.Name, m => m.Value);
        return TypedResults.Problem(detail, null, status, title, $"urn:patchssl:{type}", extensions);
    }

    /// <summary>A caller's text as a message may repeat it: short, and without control characters.</summary>
    public static string Shown(string text)
    {
        var printable = new string([.. text.Where(c => !char.IsControl(c)).Take(100)]);
        return printable.Length < text.Length ? printable + "…" : printable;
    }
}

/// <summary>Ends a request with a problem from code too deep to return one.</summary>
public sealed class ProblemException(ProblemHttpResult problem) : Exception(problem.ProblemDetails.Detail)
{
    public ProblemHttpResult Problem => problem;
}
