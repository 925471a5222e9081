using System.Buffers.Binary;
using System.Security.Cryptography;
using PatchSsl.Core.Models;
using PatchSsl.Core.Search;

namespace PatchSsl.Core.Tests.Search;

public class PatchIndexFileTests
{
    private const int HeaderSize = 4096;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void A_file_says_what_was_written(IndexStorage storage)
    {
        var random = new Random(1);
        using var fixture = new IndexFixture(6, 50, 4, r => r == 7 ? new float[50] : IndexFixture.Gaussian(random, 50), storage);
        using var index = IndexFile.Open(fixture.Path);

        var expected = IndexFixture.Header(24, 50, 4);
        Assert.Equal(
            (expected.Grid, expected.PatchScale, expected.CheckpointSha256, expected.DatasetId, expected.DatasetSha256),
            (index.Header.Grid, index.Header.PatchScale, index.Header.CheckpointSha256, index.Header.DatasetId, index.Header.DatasetSha256));
        Assert.Equal((24L, 50, 4, VectorSpace.Projection), (index.Count, index.Dim, index.PatchesPerImage, index.Header.Space));
        Assert.Equal(new FileInfo(fixture.Path).Length, index.Bytes);
        Assert.Equal((fixture.Bytes, storage), (index.Bytes, index.Header.Storage));
        Assert.True(index.Verify());
        Assert.Equal([fixture.Path], System.IO.Directory.GetFiles(fixture.Directory));
        for (var r = 0; r < 24; r++)
        {
            var vector = index.Vector(r);
            if (r == 7) Assert.All(vector, v => Assert.Equal(0, v));
            else Assert.InRange(IndexFixture.Cosine(vector, fixture.Rows[r]), 1 - 1e-6, 1 + 1e-6);
        }
    }

    [Theory]
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void Any_changed_byte_of_the_header_is_noticed(IndexStorage storage)
    {
        using var fixture = new IndexFixture(6, 50, 4, r => [.. Enumerable.Repeat(r + 1f, 50)], storage);
        var good = File.ReadAllBytes(fixture.Path);
        var random = new Random(2);
        for (var i = 0; i < 600; i++)
        {
            var bad = (byte[])good.Clone();
            // The first 200 bytes hold the numbers; some rounds change several, some anywhere.
            for (var n = random.Next(1, 4); n > 0; n--) bad[random.Next(i % 3 == 0 ? HeaderSize : 200)] ^= (byte)random.Next(1, 256);
            if (bad.AsSpan().SequenceEqual(good)) continue;
            AssertRefused(fixture.Path, bad);
        }
    }

    [Theory]
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void A_hostile_header_with_a_right_checksum_is_refused_before_it_is_mapped(IndexStorage storage)
    {
        using var fixture = new IndexFixture(6, 50, 4, r => [.. Enumerable.Repeat(r + 1f, 50)], storage);
        var good = File.ReadAllBytes(fixture.Path);
        long[] values = [0, -1, 1, 7, 23, 25, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, long.MaxValue / 128, 0x7FF8000000000000, 0x100000000];
        var random = new Random(4);
        for (var i = 0; i < 600; i++)
        {
            var bad = (byte[])good.Clone();
            for (var n = random.Next(1, 3); n > 0; n--)
            {
                var at = random.Next(5) == 0 ? 432 + 4 * random.Next(8) : 12 + 4 * random.Next(15);
                if (at == 68 || random.Next(2) == 0) BinaryPrimitives.WriteInt32LittleEndian(bad.AsSpan(at), (int)values[random.Next(values.Length)]);
                else BinaryPrimitives.WriteInt64LittleEndian(bad.AsSpan(at), values[random.Next(values.Length)]);
            }
            SHA256.HashData(bad.AsSpan(0, HeaderSize - 32), bad.AsSpan(HeaderSize - 32));
            File.WriteAllBytes(fixture.Path, bad);
            try
            {
                // Some changes make another possible header, such as a different space or scale: then it must serve.
                using var index = IndexFile.Open(fixture.Path);
                index.Search(index.Vector(index.Count - 1), new SearchOptions { K = 1000 }, Cancel);
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("The index file is corrupt: ", e.Message);
            }
        }
    }

    [Theory]
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void A_file_cut_short_or_grown_is_refused(IndexStorage storage)
    {
        using var fixture = new IndexFixture(6, 50, 4, r => [.. Enumerable.Repeat(r + 1f, 50)], storage);
        var good = File.ReadAllBytes(fixture.Path);
        for (var length = 0; length < good.Length; length += length < 200 ? 1 : 97) AssertRefused(fixture.Path, good[..length]);
        AssertRefused(fixture.Path, good[..^1]);
        AssertRefused(fixture.Path, [.. good, 0]);
    }

    [Theory]
    [InlineData(IndexStorage.F16)]
    [InlineData(IndexStorage.Int8)]
    public void Changed_vectors_are_found_by_verification(IndexStorage storage)
    {
        using var fixture = new IndexFixture(6, 50, 4, r => [.. Enumerable.Repeat(r + 1f, 50)], storage);
        var bytes = File.ReadAllBytes(fixture.Path);
        // Codes, a scale and rows in turn: 24 rows of 64 codes, 24 scales, and the rest.
        foreach (var at in new[] { HeaderSize + 300, HeaderSize + 24 * 64 + 5, bytes.Length - 9 })
        {
            bytes[at] ^= 1;
            File.WriteAllBytes(fixture.Path, bytes);
            bytes[at] ^= 1;
            using var index = IndexFile.Open(fixture.Path);
            Assert.False(index.Verify());
        }
    }

    [Fact]
    public void A_writer_that_did_not_commit_leaves_nothing_and_harms_nothing()
    {
        using var fixture = new IndexFixture(2, 3, 1, r => [1, r, 0]);
        var before = File.ReadAllBytes(fixture.Path);
        using (var writer = new IndexWriter(fixture.Path, IndexFixture.Header(9, 3, 1)))
        {
            writer.Append([1, 2, 3]);
            Assert.Throws<InvalidOperationException>(() => writer.Commit());
            Assert.Throws<ArgumentException>(() => writer.Append([1, float.NaN, 3]));
            Assert.Throws<ArgumentException>(() => writer.Append([1, 2]));
            Assert.Throws<ArgumentException>(() => writer.Append(new float[27]));
        }
        Assert.Equal([fixture.Path], System.IO.Directory.GetFiles(fixture.Directory));
        Assert.Equal(before, File.ReadAllBytes(fixture.Path));
    }

    [Fact]
    public async Task Searches_go_on_while_the_file_is_deleted_and_the_index_disposed()
    {
        var random = new Random(9);
        using var fixture = new IndexFixture(20_000, 16, 4, _ => IndexFixture.Gaussian(random, 16));
        var index = IndexFile.Open(fixture.Path);
        var expected = index.Search(fixture.Rows[5], new SearchOptions { K = 20 }, Cancel);
        File.Delete(fixture.Path);

        using var entered = new ManualResetEventSlim();
        using var disposed = new ManualResetEventSlim();
        var options = new SearchOptions
        {
            K = 20,
            Images = _ =>
            {
                // The first row in holds its search within the scan until the index has been disposed.
                entered.Set();
                disposed.Wait(Cancel);
                return true;
            },
        };
        var running = Task.Run(() => index.Search(fixture.Rows[5], options, Cancel), Cancel);
        entered.Wait(Cancel);
        index.Dispose();
        disposed.Set();

        Assert.Equal(expected, await running);
        Assert.Throws<ObjectDisposedException>(() => index.Search(fixture.Rows[5], new SearchOptions { K = 1 }, Cancel));
        Assert.Throws<ObjectDisposedException>(() => index.Vector(0));
    }

    private static void AssertRefused(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        var failure = Assert.Throws<InvalidDataException>(() => IndexFile.Open(path).Dispose());
        Assert.StartsWith("The index file is corrupt: ", failure.Message);
    }
}
