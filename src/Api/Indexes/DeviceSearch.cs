using System.Runtime.InteropServices;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>Searches an index on the GPU where its rows fit there, and by the CPU's scan everywhere else; the answers are the same.</summary>
/// <remarks>
/// Rows are uploaded by the first search of an open index, into what is left of the memory allowed. A device that fails costs a line in the log, and
/// that index is scanned by the CPU until it is opened again. libtorch is not touched before a GPU is known to be there.
/// </remarks>
/// <param name="bytes">Device memory that rows of all open indexes may take; 0 for none.</param>
/// <param name="hasDevice">Whether there is a device worth it.</param>
/// <param name="start">Loads libtorch unless it is loaded.</param>
public sealed partial class DeviceSearch(long bytes, Func<bool> hasDevice, Func<TorchRuntime> start, ILogger<DeviceSearch> logger)
{
    private long _taken;

    /// <summary>Device memory that rows take now.</summary>
    public long BytesTaken => Interlocked.Read(ref _taken);

    /// <summary>As <see cref="Core.Search.IndexFile.SearchBatch"/>.</summary>
    public IReadOnlyList<IReadOnlyList<Hit>> Search(OpenIndex index, IReadOnlyList<PatchQuery> queries, CancellationToken cancellationToken)
    {
        if (bytes > 0 && hasDevice() && index.Copy(Upload, Free) is { } copy)
        {
            try
            {
                return copy.SearchBatch(queries, cancellationToken);
            }
            catch (Exception e) when (IsOfDevice(e) || e is ObjectDisposedException)
            {
                // Another search may have met the same failure, and given the copy up while this one waited for the device.
                if (index.GiveUpCopy()) LogFails(index.Id, e.Message);
            }
        }
        return index.Rows.SearchBatch(queries, cancellationToken);
    }

    private DeviceIndex? Upload(OpenIndex index)
    {
        var wanted = DeviceIndex.BytesOf(index.Rows);
        if (Interlocked.Add(ref _taken, wanted) > bytes)
        {
            Free(index);
            LogNoRoom(index.Id, wanted, bytes);
            return null;
        }
        try
        {
            var copy = new DeviceIndex(index.Rows, start());
            LogUploaded(index.Id, wanted);
            return copy;
        }
        catch (Exception e) when (IsOfDevice(e))
        {
            Free(index);
            LogFails(index.Id, e.Message);
            return null;
        }
    }

    private void Free(OpenIndex index) => Interlocked.Add(ref _taken, -DeviceIndex.BytesOf(index.Rows));

    /// <summary>What TorchSharp throws for any error in libtorch, and what our own checks of it do.</summary>
    private static bool IsOfDevice(Exception e) => e is ExternalException or TorchUnavailableException;

    [LoggerMessage(LogLevel.Information, "Index {Index} lies on the device: {Bytes} bytes.")]
    private partial void LogUploaded(string index, long bytes);

    [LoggerMessage(LogLevel.Information, "Index {Index} is searched by the CPU: its rows take {Wanted} bytes, and Search:DeviceBytes allows {Allowed} for all open indexes.")]
    private partial void LogNoRoom(string index, long wanted, long allowed);

    [LoggerMessage(LogLevel.Warning, "Index {Index} is searched by the CPU from now on: {Reason}")]
    private partial void LogFails(string index, string reason);
}
