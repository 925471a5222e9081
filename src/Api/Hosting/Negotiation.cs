using Microsoft.Net.Http.Headers;

namespace PatchSsl.Api.Hosting;

/// <summary>Picks the format of an answer by the request's Accept header.</summary>
public static class Negotiation
{
    /// <param name="offered">Media types on offer, the preferred one first; it also stands for an absent header.</param>
    /// <exception cref="ProblemException">406: none of them is accepted.</exception>
    public static string Choose(HttpRequest request, params ReadOnlySpan<string> offered)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0 || !MediaTypeHeaderValue.TryParseList(header, out var wanted) || wanted.Count == 0) return offered[0];
        string? best = null;
        double bestQuality = 0;
        foreach (var type in offered)
        {
            var quality = Quality(wanted, new MediaTypeHeaderValue(type));
            if (quality > bestQuality) (best, bestQuality) = (type, quality);
        }
        return best ?? throw new ProblemException(Problems.Of(
            StatusCodes.Status406NotAcceptable, "not_acceptable", "Not a format made here",
            $"Accept is '{Problems.Shown(header.ToString())}': this answer comes as {string.Join(", ", offered)}."));
    }

    /// <summary>The quality of the most specific range that covers a type.</summary>
    private static double Quality(IList<MediaTypeHeaderValue> wanted, MediaTypeHeaderValue type) => wanted
        .Where(type.IsSubsetOf)
        .OrderByDescending(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2)
        .Select(range => range.Quality ?? 1).FirstOrDefault();
}
