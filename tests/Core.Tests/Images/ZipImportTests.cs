using System.IO.Compression;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Tests.Images;

public sealed class ZipImportTests : IDisposable
{
    private static readonly byte[] Picture = TestPictures.Smooth().Png();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zip")]
    [InlineData("upload")]
    public void A_zip_is_read_like_a_folder(string kind)
    {
        WriteZip(("train/dog/1.png", Picture), ("train/cat/1.png", Picture), ("test/cat/9.png", Picture), ("read.me", [1]),
            ("__MACOSX/train/._1.png", [1]), ("train/", []));

        var result = _folder.Import(kind, "a.zip");

        Assert.Equal(ArchiveKind.Zip, ArchiveCheck.Inspect(_folder["a.zip"], new ImportLimits()));
        Assert.Equal((3, 1), (result.ImageCount, result.Skipped));
        Assert.Equal(["cat", "dog"], result.Classes);
        using var store = _folder.OpenStore();
        Assert.Equal("test/cat/9.png", store.Info(0).Name);
        Assert.True(store.Pixels(0).SequenceEqual(TestPictures.Smooth().Rgb));
    }

    [Fact]
    public void Backslashes_separate_folders_too()
    {
        WriteZip(("train\\cat\\1.png", Picture), ("test\\dog\\1.png", Picture));

        Assert.Equal(["cat", "dog"], _folder.Import("zip", "a.zip").Classes);
    }

    [Fact]
    public void Two_entries_of_one_name_are_both_kept()
    {
        WriteZip(("a.png", Picture), ("a.png", Picture), ("A.png", Picture));

        Assert.Equal(3, _folder.Import("zip", "a.zip").ImageCount);
    }

    [Theory]
    [InlineData("../evil.png")]
    [InlineData("..\\evil.png")]
    [InlineData("cat/../../evil.png")]
    [InlineData("cat\\..\\..\\evil.png")]
    [InlineData("/etc/evil.png")]
    [InlineData("\\evil.png")]
    [InlineData("\\\\server\\share\\evil.png")]
    [InlineData("C:\\evil.png")]
    [InlineData("c:evil.png")]
    [InlineData("./evil.png")]
    [InlineData("cat/\u0001.png")]
    [InlineData("a\nb.png")]
    public void A_path_that_leads_outside_refuses_the_archive_and_names_the_entry(string name)
    {
        WriteZip(("good.png", Picture), (name, Picture));

        Assert.Contains("entry \"", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_too_deep_is_refused()
    {
        WriteZip((string.Join('/', Enumerable.Repeat("d", 40)) + "/1.png", Picture));

        Assert.Contains("too deep", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xA1FF)] // symbolic link
    [InlineData(0x21B6)] // character device
    [InlineData(0x61B6)] // block device
    [InlineData(0x11B6)] // pipe
    [InlineData(0xC1B6)] // socket
    public void Links_and_devices_refuse_the_archive(int mode)
    {
        WriteZip(("1.png", Picture), ("link", "/etc/passwd"u8.ToArray()));
        using (var archive = ZipFile.Open(_folder["a.zip"], ZipArchiveMode.Update)) archive.GetEntry("link")!.ExternalAttributes = mode << 16;

        Assert.Contains("link or a device", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_entries_are_refused()
    {
        WriteZip([.. Enumerable.Range(0, 11).Select(i => ($"{i}.png", Picture))]);

        Assert.Contains("11 entries", Refused(new ImportLimits { MaxEntries = 10 }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_says_it_is_a_bomb_is_refused_at_once()
    {
        WriteZip(("1.png", Picture), ("zeros", new byte[120_000_000]));

        Assert.Contains("too large", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_are_counted_as_they_come()
    {
        WriteZip([.. Enumerable.Range(0, 8).Select(i => ($"{i}.png", (byte[])[.. Picture, .. new byte[20_000]]))]);
        var total = 8 * (Picture.Length + 20_000);

        Assert.Contains("too large", Refused(new ImportLimits { MaxTotalBytes = total - 1 }), StringComparison.Ordinal);
        Assert.Equal(8, _folder.Import("zip", "a.zip", limits: new ImportLimits { MaxTotalBytes = total }).ImageCount);
    }

    [Fact]
    public void A_size_that_lies_costs_one_file_and_no_memory()
    {
        WriteZip(("1.png", Picture), ("2.png", Picture), ("zz.png", [.. Picture, .. new byte[50_000_000]]));
        var file = File.ReadAllBytes(_folder["a.zip"]);
        ZipBytes.DeclareLength(file, "zz.png", 10);
        _folder.Write("a.zip", file);

        Assert.Equal((2, 1), Counts(_folder.Import("zip", "a.zip")));
    }

    [Fact]
    public void A_wrong_checksum_and_damaged_data_cost_one_file_each()
    {
        WriteZip(("1.png", Picture), ("2.png", Picture), ("3.png", Picture), ("4.png", Picture));
        var file = File.ReadAllBytes(_folder["a.zip"]);
        ZipBytes.ChangeChecksum(file, "1.png");
        file.AsSpan(ZipBytes.DataOf(file, "2.png"), 20).Fill(0xFF);
        _folder.Write("a.zip", file);

        Assert.Equal((2, 2), Counts(_folder.Import("zip", "a.zip")));
    }

    [Fact]
    public void An_encrypted_archive_is_refused()
    {
        WriteZip(("1.png", Picture));
        var file = File.ReadAllBytes(_folder["a.zip"]);
        ZipBytes.MarkEncrypted(file, "1.png");
        _folder.Write("a.zip", file);

        Assert.Contains("encrypted", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_cut_anywhere_is_refused()
    {
        WriteZip(("1.png", Picture), ("2.png", Picture));
        var file = File.ReadAllBytes(_folder["a.zip"]);
        for (var length = 0; length < file.Length; length += Math.Max(1, file.Length / 40))
        {
            _folder.Write("a.zip", file[..length]);
            Refused();
        }
    }

    [Theory]
    [InlineData("this is text, not an archive")]
    [InlineData("PK\u0003\u0004 and then nothing that makes sense")]
    [InlineData("")]
    public void What_is_no_zip_is_refused(string content)
    {
        _folder.Write("a.zip", System.Text.Encoding.Latin1.GetBytes(content));

        Assert.Contains("not a zip", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_zip_or_one_of_folders_is_refused()
    {
        WriteZip();
        Refused();
        WriteZip(("cat/", []), ("dog/", []));
        Refused();
    }

    [Fact]
    public void A_zip_without_images_fails()
    {
        WriteZip(("a.txt", [1, 2]), ("inner.zip", "PK\u0003\u0004"u8.ToArray()));

        Assert.Throws<JobFailedException>(() => _folder.Import("zip", "a.zip"));
        Assert.Equal(["a.zip"], _folder.Entries());
    }

    private static (int, int) Counts(ImportResult result) => (result.ImageCount, result.Skipped);

    private string Refused(ImportLimits? limits = null)
    {
        var refusal = Assert.Throws<JobFailedException>(() => ArchiveCheck.Inspect(_folder["a.zip"], limits ?? new ImportLimits()));
        Assert.Throws<JobFailedException>(() => _folder.Import("upload", "a.zip", limits: limits));
        Assert.Equal(["a.zip"], _folder.Entries());
        Assert.DoesNotContain(_folder.Path, refusal.Message, StringComparison.Ordinal);
        return refusal.Message;
    }

    private void WriteZip(params (string Name, byte[] Data)[] entries)
    {
        File.Delete(_folder["a.zip"]);
        using var archive = ZipFile.Open(_folder["a.zip"], ZipArchiveMode.Create);
        foreach (var (name, data) in entries)
        {
            using var stream = archive.CreateEntry(name).Open();
            stream.Write(data);
        }
    }
}
