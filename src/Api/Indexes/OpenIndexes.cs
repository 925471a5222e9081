using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>The open index files (memory maps), shared by searches.</summary>
public sealed class OpenIndexes(DataDirectory data) : IDisposable
{
    private const int KeptOpen = 8;
    private const int RetryAfterSeconds = 5;
    private readonly LeaseCache<OpenIndex> _indexes = new(KeptOpen);

    /// <exception cref="ProblemException">409: it is still being built (with a time to come back), failed, or its file is damaged.</exception>
    public LeaseCache<OpenIndex>.Lease Open(IndexRow row)
    {
        switch (row.State)
        {
            case ResourceState.Queued or ResourceState.Building:
                throw new ProblemException(Problems.Of(
                    StatusCodes.Status409Conflict, "still_building", "Not ready yet", $"Index '{row.Id}' is still being built.",
                    (Problems.RetryAfter, RetryAfterSeconds)));
            case ResourceState.Failed:
                throw new ProblemException(Problems.Conflict($"Index '{row.Id}' could not be built: {row.Error}"));
        }
        try
        {
            return _indexes.Acquire(row.Id, () => new OpenIndex(row.Id, IndexFile.Open(data.Index(row.Id))));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ProblemException(Problems.Conflict(
                $"Index '{row.Id}' cannot be read: {(e is InvalidDataException ? e.Message : "its file is missing or cannot be opened.")} Delete it and build it again.",
                "index_corrupt"));
        }
    }

    /// <summary>Closes an index's file after the last search under way.</summary>
    public void Drop(string indexId) => _indexes.Drop(indexId);

    public void Dispose() => _indexes.Dispose();
}
