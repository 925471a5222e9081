using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Tests.Images;

public sealed class CifarImportTests : IDisposable
{
    private const int Plane = 1024;
    private static readonly byte[] Names10 = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"u8.ToArray();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tar.gz")]
    [InlineData("tar")]
    [InlineData("zip")]
    public void Cifar10_is_read_from_any_packing(string packing)
    {
        Write(packing,
            ("cifar-10-batches-bin/data_batch_1.bin", Batch(1, [0, 3, 9])),
            ("cifar-10-batches-bin/batches.meta.txt", Names10),
            ("cifar-10-batches-bin/readme.html", "<html>"u8.ToArray()),
            ("cifar-10-batches-bin/test_batch.bin", Batch(1, [5])));

        Assert.Equal(ArchiveKind.Cifar, ArchiveCheck.Inspect(_folder["a"], new ImportLimits()));
        var result = _folder.Import("upload", "a");

        Assert.Equal((4, 0), (result.ImageCount, result.Skipped));
        Assert.Equal((3, 1), (result.Splits["train"], result.Splits["test"]));
        Assert.Equal(["airplane", "cat", "dog", "truck"], result.Classes);
        using var store = _folder.OpenStore();
        Assert.True(store.Uniform);
        Assert.Equal("cat", store.Classes[store.Info(1).ClassIndex]);
        Assert.Equal("test", store.Info(3).Split);
        // Planar in the batch, interleaved in the store: red counts up, green down, blue is the label.
        var pixels = store.Pixels(1);
        for (var i = 0; i < Plane; i++) Assert.Equal(((byte)i, (byte)(255 - i), (byte)3), (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]));
    }

    [Fact]
    public void Cifar100_takes_the_fine_label()
    {
        var fine = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 100).Select(i => $"thing{i:D2}")));
        Write("tar.gz", ("cifar-100-binary/fine_label_names.txt", fine), ("cifar-100-binary/coarse_label_names.txt", "a\nb"u8.ToArray()),
            ("cifar-100-binary/test.bin", Batch(2, [42])), ("cifar-100-binary/train.bin", Batch(2, [7, 99])));

        var result = _folder.Import("cifar", "a");

        Assert.Equal(["thing07", "thing42", "thing99"], result.Classes);
        Assert.Equal((2, 1), (result.Splits["train"], result.Splits["test"]));
    }

    [Fact]
    public void Labels_without_names_are_numbers_and_impossible_ones_are_listed()
    {
        Write("zip", ("data_batch_1.bin", Batch(1, [1, 200, 2])));

        var result = _folder.Import("cifar", "a");

        Assert.Equal((2, 1), (result.ImageCount, result.Skipped));
        Assert.Equal(["1", "2"], result.Classes);
    }

    [Fact]
    public void Images_are_reduced_to_a_smaller_storage_size()
    {
        Write("zip", ("data_batch_1.bin", Batch(1, [1, 2])));

        _folder.Import("cifar", "a", storageSize: 16);

        using var store = _folder.OpenStore();
        Assert.Equal((16, 16), store.Size(0));
    }

    [Fact]
    public void A_batch_that_was_cut_is_refused()
    {
        Write("tar.gz", ("data_batch_1.bin", Batch(1, [1, 2])[..5000]));

        Assert.Contains("data_batch_1.bin", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_cut_anywhere_is_refused()
    {
        Write("tar.gz", ("data_batch_1.bin", Batch(1, [1, 2, 3])), ("noise", TestPictures.Noisy().Rgb), ("test_batch.bin", Batch(1, [1, 2, 3])));
        var file = File.ReadAllBytes(_folder["a"]);
        for (var length = 0; length < file.Length - 20; length += file.Length / 20)
        {
            _folder.Write("a", file[..length]);
            Refused();
        }
    }

    [Fact]
    public void A_tar_of_something_else_is_refused()
    {
        Write("tar.gz", ("photos/1.png", TestPictures.Smooth().Png()));

        Assert.Throws<JobFailedException>(() => ArchiveCheck.Inspect(_folder["a"], new ImportLimits()));
        Refused();
    }

    [Fact]
    public void Gzip_bombs_are_stopped()
    {
        Write("tar.gz", ("zeros", new byte[150_000_000]), ("data_batch_1.bin", Batch(1, [1])));

        Refused();
    }

    private string Refused()
    {
        var refusal = Assert.Throws<JobFailedException>(() => _folder.Import("upload", "a"));
        Assert.Equal(["a"], _folder.Entries());
        return refusal.Message;
    }

    private static byte[] Batch(int labelBytes, byte[] labels)
    {
        var batch = new MemoryStream();
        foreach (var label in labels)
        {
            if (labelBytes == 2) batch.WriteByte(1);
            batch.WriteByte(label);
            for (var i = 0; i < Plane; i++) batch.WriteByte((byte)i);
            for (var i = 0; i < Plane; i++) batch.WriteByte((byte)(255 - i));
            for (var i = 0; i < Plane; i++) batch.WriteByte(label);
        }
        return batch.ToArray();
    }

    private void Write(string packing, params (string Name, byte[] Data)[] files)
    {
        using var file = File.Create(_folder["a"]);
        if (packing == "zip")
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            foreach (var (name, data) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(data);
            }
            return;
        }
        using Stream packed = packing == "tar" ? file : new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(packed, TarEntryFormat.Ustar);
        foreach (var (name, data) in files) tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(data) });
    }
}
