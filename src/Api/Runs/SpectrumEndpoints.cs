using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Runs;

/// <summary>The feature spectra of a run.</summary>
public static class SpectrumEndpoints
{
    private const int DefaultCount = 12;

    public static void MapSpectrum(this IEndpointRouteBuilder runs) =>
        runs.MapGet("/{id}/spectrum", Spectrum).WithName("getRunSpectrum").WithSummary("Eigenvalues of the covariance of the vectors, over the run; raw=true gives every one kept as CSV")
            .WithDescription("Measured on held-out patches with the other diagnostics. At most 64 steps of each space are kept, evenly spread, the first and the newest among them.")
            .Produces<RunSpectra>();

    /// <param name="vectors">embedding or projection; both by default.</param>
    /// <param name="count">Steps of each space, 1 to 64, evenly picked, the newest one always; 12 by default.</param>
    /// <param name="raw">Every spectrum kept, as CSV.</param>
    public static async Task<IResult> Spectrum(string id, string? vectors, int? count, bool? raw, PatchSslContext db, CancellationToken cancellationToken)
    {
        if (count is < 1 or > SpectrumStore.Most) return Problems.BadRequest($"count is {count}; allowed is 1 to {SpectrumStore.Most}.");
        if (vectors is not (null or "" or "embedding" or "projection"))
            return Problems.BadRequest($"vectors is '{Problems.Shown(vectors)}'; allowed is embedding or projection.");
        if (!await db.Runs.AnyAsync(r => r.Id == id, cancellationToken)) return Problems.NotFound("run", id);
        var rows = db.Spectra.AsNoTracking().Where(s => s.RunId == id);
        if (vectors is { Length: > 0 })
        {
            var kind = vectors == "projection" ? VectorKind.Projection : VectorKind.Embedding;
            rows = rows.Where(s => s.Vectors == kind);
        }
        var all = await rows.OrderBy(s => s.Vectors).ThenBy(s => s.Step).ToListAsync(cancellationToken);
        if (raw is true) return Csv(all, $"{id}-spectrum.csv");
        var picked = all.GroupBy(s => s.Vectors).SelectMany(space => Pick([.. space], count ?? DefaultCount));
        return TypedResults.Ok(new RunSpectra([.. picked.Select(s => new FeatureSpectrum(s.Step, s.Time, s.Vectors, s.Dimensions, s.Samples, s.RankMe, s.Ranks, s.Eigenvalues))]));
    }

    private static IEnumerable<SpectrumRow> Pick(SpectrumRow[] rows, int count) => rows.Length <= count
        ? rows
        : Enumerable.Range(1, count).Select(i => rows[count == 1 ? rows.Length - 1 : (int)((i - 1L) * (rows.Length - 1) / (count - 1))]);

    private static PushStreamHttpResult Csv(IReadOnlyList<SpectrumRow> rows, string fileName) => TypedResults.Stream(
        async body =>
        {
            await using var writer = new StreamWriter(body, new UTF8Encoding(false), leaveOpen: true);
            await writer.WriteAsync("vectors,step,rank,eigenvalue,rankMe,dimensions,samples,time\n");
            foreach (var row in rows)
            {
                for (var i = 0; i < row.Ranks.Count; i++)
                {
                    await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture,
                        $"{(row.Vectors == VectorKind.Projection ? "projection" : "embedding")},{row.Step},{row.Ranks[i]},{row.Eigenvalues[i]:R},{row.RankMe:R},{row.Dimensions},{row.Samples},{row.Time:O}\n"));
                }
            }
        },
        "text/csv", fileName);
}
