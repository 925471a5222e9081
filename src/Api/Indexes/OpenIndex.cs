using PatchSsl.Core.Search;

namespace PatchSsl.Api.Indexes;

/// <summary>An open index file and the copy of its rows on the device, where there is one. The copy goes with the file.</summary>
public sealed class OpenIndex(string id, IndexFile rows) : IDisposable
{
    private readonly Lock _gate = new();
    private bool _asked;
    private DeviceIndex? _copy;
    private Action? _freed;

    public string Id => id;

    public IndexFile Rows => rows;

    /// <summary>The copy on the device; null where there is none.</summary>
    /// <param name="make">Makes it, or says null; asked once, by whoever searches first. Others wait for that.</param>
    /// <param name="freed">Called after the copy has gone.</param>
    public DeviceIndex? Copy(Func<OpenIndex, DeviceIndex?> make, Action<OpenIndex> freed)
    {
        lock (_gate)
        {
            if (_asked) return _copy;
            _asked = true;
            _copy = make(this);
            if (_copy is not null) _freed = () => freed(this);
            return _copy;
        }
    }

    /// <summary>Frees the copy after the search it does; none is made again.</summary>
    /// <returns>Whether there was one.</returns>
    public bool GiveUpCopy()
    {
        lock (_gate)
        {
            _asked = true;
            if (_copy is null) return false;
            _copy.Dispose();
            _copy = null;
            _freed!();
            return true;
        }
    }

    public void Dispose()
    {
        GiveUpCopy();
        rows.Dispose();
    }
}
