using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

/// <summary>The server refused a request, or could not be reached.</summary>
public sealed class ApiException(Problem problem, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(problem.Detail ?? problem.Title ?? "The request failed.", inner)
{
    /// <summary>What the server said; for an unreachable server, what happened instead.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int Status => Problem.Status ?? 0;

    /// <summary>True when no answer came at all.</summary>
    public bool Unreachable => Status == 0;

    /// <summary>How long the server asks to wait (429, 503); null otherwise.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
