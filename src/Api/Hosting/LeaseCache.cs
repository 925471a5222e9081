namespace PatchSsl.Api.Hosting;

/// <summary>
/// Opened files (memory maps) shared by requests. A file is opened once, kept while it is among the last used, and closed only when
/// nobody uses it: dropping one that is in use takes it out of reach at once and closes it after its last lease.
/// </summary>
/// <param name="capacity">Files kept open while unused; more are open while more are in use.</param>
public sealed class LeaseCache<T>(int capacity) : IDisposable where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private long _clock;

    /// <summary>Takes the file of a key, opening it when needed. Dispose the lease as soon as the file is no longer read.</summary>
    public Lease Acquire(string key, Func<T> open)
    {
        Entry? entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out entry)) _entries.Add(key, entry = new Entry(new Lazy<T>(open)));
            entry.Users++;
            entry.LastUsed = ++_clock;
        }
        try
        {
            return new Lease(this, entry, entry.File.Value);
        }
        catch
        {
            Drop(key, entry);
            Release(entry);
            throw;
        }
    }

    /// <summary>Closes the file of a key now, or after its last lease.</summary>
    public void Drop(string key) => Drop(key, null);

    private void Drop(string key, Entry? only)
    {
        Entry? close = null;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || (only is not null && only != entry)) return;
            _entries.Remove(key);
            entry.Dropped = true;
            if (entry.Users == 0) close = entry;
        }
        close?.Close();
    }

    private void Release(Entry entry)
    {
        List<Entry> close = [];
        lock (_gate)
        {
            entry.Users--;
            if (entry.Dropped && entry.Users == 0) close.Add(entry);
            var unused = _entries.Where(e => e.Value.Users == 0).OrderByDescending(e => e.Value.LastUsed).Skip(capacity).ToList();
            foreach (var (key, old) in unused)
            {
                _entries.Remove(key);
                close.Add(old);
            }
        }
        foreach (var old in close) old.Close();
    }

    public void Dispose()
    {
        List<string> keys;
        lock (_gate) keys = [.. _entries.Keys];
        foreach (var key in keys) Drop(key);
    }

    /// <summary>The use of a file by one caller.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly LeaseCache<T> _cache;
        private Entry? _entry;

        internal Lease(LeaseCache<T> cache, Entry entry, T file)
        {
            (_cache, _entry, File) = (cache, entry, file);
        }

        public T File { get; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } entry) _cache.Release(entry);
        }
    }

    internal sealed class Entry(Lazy<T> file)
    {
        public Lazy<T> File => file;
        public int Users;
        public long LastUsed;
        public bool Dropped;

        public void Close()
        {
            if (file.IsValueCreated) file.Value.Dispose();
        }
    }
}
