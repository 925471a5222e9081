using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Datasets;

/// <summary>Routes of a dataset's images and of the files that became none.</summary>
public static class ImageListEndpoints
{
    public static void MapImageLists(this IEndpointRouteBuilder datasets)
    {
        datasets.MapGet("/{id}/images", Images).WithName("listImages").WithSummary("Images of a dataset; filter by split:test or class:cat, or text in the name; sort=random draws some");
        datasets.MapGet("/{id}/skipped", Skipped).WithName("listSkipped").WithSummary("Files the import could not use, with the reason");
    }

    /// <remarks>Ordinals never change, so the cursor is the next ordinal and a page costs what it reads.</remarks>
    public static async Task<Results<Ok<Page<ImageItem>>, ProblemHttpResult>> Images(
        string id, [AsParameters] PageQuery page, string? split, string? @class, PatchSslContext db, DataDirectory data, CancellationToken cancellationToken)
    {
        if (await ReadyAsync(db, id, cancellationToken) is not { } row) return Problems.NotFound("dataset", id);
        if (row.State != ResourceState.Ready) return NotReady(row);
        using var store = ImageStore.Open(data.Dataset(row.Id));
        var filter = ListFilter.Parse(page.Filter, "split", "class");
        foreach (var (field, value) in filter.Terms)
        {
            if (field == "split") split = value;
            else @class = value;
        }
        var classIndex = @class is null ? (int?)null : store.Classes.ToList().IndexOf(@class);
        if (classIndex == -1) return TypedResults.Ok(new Page<ImageItem>([], null, 0));
        var matching = store.Ordinals(split)
            .Where(o => classIndex is null || store.ClassIndex(o) == classIndex)
            .Where(o => filter.Text is null || store.Info(o).Name.Contains(filter.Text, StringComparison.OrdinalIgnoreCase));
        if (page.Sort == "random") return TypedResults.Ok(Drawn(row.Id, matching, page.Size, store));
        var from = Start(page.Cursor);
        var total = 0;
        var items = new List<ImageItem>();
        int? next = null;
        foreach (var ordinal in matching)
        {
            total++;
            if (ordinal < from) continue;
            if (items.Count < page.Size) items.Add(Item(row.Id, ordinal, store));
            else next ??= ordinal;
        }
        return TypedResults.Ok(new Page<ImageItem>(items, next?.ToString(CultureInfo.InvariantCulture), total));
    }

    /// <summary>Images drawn evenly from all that match, by reservoir: one pass, and no more kept than asked for.</summary>
    private static Page<ImageItem> Drawn(string datasetId, IEnumerable<int> matching, int count, ImageStore store)
    {
        var drawn = new List<int>();
        var total = 0;
        foreach (var ordinal in matching)
        {
            total++;
            if (drawn.Count < count) drawn.Add(ordinal);
            else if (Random.Shared.Next(total) is var place && place < count) drawn[place] = ordinal;
        }
        return new Page<ImageItem>([.. drawn.Select(o => Item(datasetId, o, store))], null, total);
    }

    public static async Task<Results<Ok<Page<SkippedFile>>, ProblemHttpResult>> Skipped(
        string id, [AsParameters] PageQuery page, PatchSslContext db, DataDirectory data, CancellationToken cancellationToken)
    {
        if (await ReadyAsync(db, id, cancellationToken) is not { } row) return Problems.NotFound("dataset", id);
        if (row.State != ResourceState.Ready) return NotReady(row);
        var from = Start(page.Cursor);
        var files = ImageStore.SkippedFiles(data.Dataset(row.Id), from, page.Size);
        var next = from + files.Count < row.Skipped ? (from + files.Count).ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new Page<SkippedFile>([.. files.Select(f => new SkippedFile(f.Name, f.Reason))], next, row.Skipped));
    }

    private static ImageItem Item(string datasetId, int ordinal, ImageStore store)
    {
        var info = store.Info(ordinal);
        return new ImageItem($"{datasetId}-{ordinal}", datasetId, info.Name, info.ClassIndex < 0 ? null : store.Classes[info.ClassIndex], info.Split, info.Width, info.Height);
    }

    private static int Start(string? cursor) => cursor is null ? 0
        : int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from
        : throw new ProblemException(Problems.BadRequest($"cursor '{Problems.Shown(cursor)}' is none of this list."));

    private static Task<DatasetRow?> ReadyAsync(PatchSslContext db, string id, CancellationToken cancellationToken) =>
        db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken);

    private static ProblemHttpResult NotReady(DatasetRow row) =>
        Problems.Conflict($"Dataset '{row.Id}' is {row.State.ToString().ToLowerInvariant()}, not ready.");
}
