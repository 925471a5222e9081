using PatchSsl.Core.Images;

namespace PatchSsl.Core.Tests.Images;

public sealed class ImageStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        var pictures = Enumerable.Range(0, 20).Select(i => TestPictures.Noisy(8 + i, 9, i)).ToList();
        using (var writer = new ImageStoreWriter(_folder["out"], shardBytes: 1000)) // several shards
        {
            for (var i = 0; i < pictures.Count; i++)
                writer.Add($"bilder/größe-{i}.jpg", i % 3 == 0 ? null : i % 3 == 1 ? "zebra" : "ant", i < 15 ? "train" : "test",
                    pictures[i].Width, pictures[i].Height, pictures[i].Rgb);
            writer.Skip("a.txt", "no image");
            writer.Skip("b.txt", "no image either");
            writer.Complete();
        }

        using var store = _folder.OpenStore();
        store.Verify(TestContext.Current.CancellationToken);
        Assert.True(store.Manifest.Shards.Count > 1);
        Assert.Equal(20, store.Count);
        Assert.False(store.Uniform);
        Assert.Equal(["ant", "zebra"], store.Classes);
        Assert.Equal((15, 5), (store.Splits["train"], store.Splits["test"]));
        Assert.Equal(Enumerable.Range(15, 5), store.Ordinals("test"));
        Assert.Equal(20, store.Ordinals().Count());
        Assert.Empty(store.Ordinals("nothing"));
        for (var i = 0; i < pictures.Count; i++)
        {
            var info = store.Info(i);
            Assert.Equal(new ImageInfo($"bilder/größe-{i}.jpg", (i % 3) switch { 0 => -1, 1 => 1, _ => 0 }, i < 15 ? "train" : "test", 8 + i, 9), info);
            store.Announce(i);
            Assert.True(store.Pixels(i).SequenceEqual(pictures[i].Rgb));
        }
        Assert.Equal([new SkippedImage("b.txt", "no image either")], ImageStore.SkippedFiles(_folder["out"], 1, 5));
    }

    [Fact]
    public void Images_of_one_size_are_uniform()
    {
        WriteThree();

        using var store = _folder.OpenStore();
        Assert.True(store.Uniform);
        Assert.Equal((4, 4), store.Size(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Info(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Info(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Announce(3));
    }

    [Fact]
    public void A_writer_that_does_not_complete_leaves_nothing()
    {
        using (var writer = new ImageStoreWriter(_folder["out"])) writer.Add("a", null, "train", 1, 1, [1, 2, 3]);

        Assert.Empty(_folder.Entries());
    }

    [Fact]
    public void What_a_killed_import_left_is_replaced()
    {
        _folder.Write("out" + ImageStoreWriter.PartialSuffix + "/shard-00000.bin", [1, 2, 3]);

        WriteThree();

        Assert.DoesNotContain(_folder.Entries(), entry => entry.Contains(ImageStoreWriter.PartialSuffix, StringComparison.Ordinal));
    }

    [Fact]
    public void A_store_is_never_overwritten()
    {
        WriteThree();

        Assert.Throws<IOException>(() => new ImageStoreWriter(_folder["out"]));
        using var store = _folder.OpenStore();
        Assert.Equal(3, store.Count);
    }

    [Fact]
    public void A_wrong_number_of_pixels_is_refused()
    {
        using var writer = new ImageStoreWriter(_folder["out"]);

        Assert.Throws<ArgumentException>(() => writer.Add("a", null, "train", 2, 2, new byte[11]));
    }

    [Theory]
    [InlineData("shard-00000.bin")]
    [InlineData("images.table")]
    [InlineData("names.bin")]
    [InlineData("manifest.json")]
    public void A_file_that_was_cut_is_refused_by_name_before_it_is_mapped(string name)
    {
        WriteThree();
        using (var file = new FileStream(Path.Combine(_folder["out"], name), FileMode.Open)) file.SetLength(file.Length - 1);

        var refusal = Assert.Throws<InvalidDataException>(_folder.OpenStore);

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shard-00000.bin")]
    [InlineData("images.table")]
    [InlineData("names.bin")]
    [InlineData("manifest.json")]
    [InlineData("skipped.jsonl")]
    public void A_missing_file_is_noticed(string name)
    {
        WriteThree();
        File.Delete(Path.Combine(_folder["out"], name));

        Assert.Contains(name, Assert.Throws<InvalidDataException>(_folder.OpenStore).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shard-00000.bin", 40)]
    [InlineData("images.table", 5)]
    [InlineData("names.bin", 0)]
    public void A_changed_byte_fails_the_checksum(string name, int at)
    {
        WriteThree();
        Flip(name, at);

        using var store = _folder.OpenStore();
        var refusal = Assert.Throws<InvalidDataException>(() => store.Verify(TestContext.Current.CancellationToken));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_that_begins_wrongly_is_refused()
    {
        WriteThree();
        Flip("shard-00000.bin", 0);

        Assert.Throws<InvalidDataException>(_folder.OpenStore);
    }

    [Fact]
    public void No_table_however_damaged_reads_outside_the_maps()
    {
        WriteThree();
        var path = Path.Combine(_folder["out"], "images.table");
        var table = File.ReadAllBytes(path);
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            random.NextBytes(table.AsSpan(random.Next(table.Length - 8), 8));
            File.WriteAllBytes(path, table);
            using var store = _folder.OpenStore();
            for (var ordinal = 0; ordinal < store.Count; ordinal++)
            {
                Assert.True(Reads(() => store.Pixels(ordinal).Length));
                Assert.True(Reads(() => store.Info(ordinal).Name.Length));
            }
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"format\":\"patchssl-images\",\"version\":1}")]
    public void A_manifest_that_is_none_is_refused(string json)
    {
        WriteThree();
        File.WriteAllText(Path.Combine(_folder["out"], "manifest.json"), json);

        Assert.Throws<InvalidDataException>(_folder.OpenStore);
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"imageCount\": 3", "\"imageCount\": 2000000000")]
    [InlineData("\"name\": \"names.bin\"", "\"name\": \"../names.bin\"")]
    public void A_manifest_that_does_not_fit_is_refused(string text, string other)
    {
        WriteThree();
        var path = Path.Combine(_folder["out"], "manifest.json");
        var json = File.ReadAllText(path);
        Assert.Contains(text, json, StringComparison.Ordinal);
        File.WriteAllText(path, json.Replace(text, other, StringComparison.Ordinal));

        Assert.Throws<InvalidDataException>(_folder.OpenStore);
    }

    /// <summary>True for a value and for a refusal that says what is wrong.</summary>
    private static bool Reads(Func<int> read)
    {
        try
        {
            return read() >= 0;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private void Flip(string name, int at)
    {
        var path = Path.Combine(_folder["out"], name);
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private void WriteThree()
    {
        using var writer = new ImageStoreWriter(_folder["out"]);
        for (var i = 0; i < 3; i++) writer.Add($"image {i}", "cat", "train", 4, 4, TestPictures.Noisy(4, 4, i).Rgb);
        writer.Complete();
    }
}
