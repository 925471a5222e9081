using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Tests.Hosting;

public sealed class LeaseCacheTests
{
    private readonly LeaseCache<FakeFile> _cache = new(1);

    [Fact]
    public void A_file_is_opened_once_and_shared()
    {
        using var first = _cache.Acquire("a", () => new FakeFile());
        using var second = _cache.Acquire("a", () => throw new InvalidOperationException("opened twice"));
        Assert.Same(first.File, second.File);
    }

    [Fact]
    public void A_dropped_file_closes_after_its_last_lease_and_is_out_of_reach_at_once()
    {
        var lease = _cache.Acquire("a", () => new FakeFile());
        _cache.Drop("a");
        Assert.False(lease.File.Closed);
        using var other = _cache.Acquire("a", () => new FakeFile());
        Assert.NotSame(lease.File, other.File);
        lease.Dispose();
        lease.Dispose();
        Assert.True(lease.File.Closed);
        Assert.False(other.File.Closed);
    }

    [Fact]
    public void Unused_files_beyond_the_limit_close_oldest_first()
    {
        var a = _cache.Acquire("a", () => new FakeFile());
        var b = _cache.Acquire("b", () => new FakeFile());
        a.Dispose();
        Assert.False(a.File.Closed);
        b.Dispose();
        Assert.True(a.File.Closed);
        Assert.False(b.File.Closed);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_tried_again()
    {
        Assert.Throws<InvalidDataException>(() => _cache.Acquire("a", () => throw new InvalidDataException()));
        using var lease = _cache.Acquire("a", () => new FakeFile());
        Assert.False(lease.File.Closed);
    }

    [Fact]
    public void Closing_the_cache_closes_what_is_unused()
    {
        var lease = _cache.Acquire("a", () => new FakeFile());
        lease.Dispose();
        _cache.Dispose();
        Assert.True(lease.File.Closed);
    }

    private sealed class FakeFile : IDisposable
    {
        public bool Closed { get; private set; }

        public void Dispose() => Closed = Closed ? throw new InvalidOperationException("closed twice") : true;
    }
}
