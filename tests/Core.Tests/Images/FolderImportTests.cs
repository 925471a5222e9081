using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Tests.Images;

public sealed class FolderImportTests : IDisposable
{
    private static readonly byte[] Picture = TestPictures.Smooth().Png();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cat/1.png dog/1.png", "cat/train dog/train")]
    [InlineData("1.png 2.png", "-/train -/train")]
    [InlineData("cat/1.png cat/2.png", "cat/train cat/train")]
    [InlineData("cat/more/1.png dog/1.png", "cat/train dog/train")]
    [InlineData("test/cat/1.png train/cat/1.png val/dog/1.png", "cat/test cat/train dog/val")]
    [InlineData("Testing/cat/1.png Training/cat/1.png", "cat/test cat/train")]
    [InlineData("pets/train/cat/1.png pets/valid/dog/1.png", "cat/train dog/val")]
    [InlineData("pets/cat/1.png pets/dog/1.png", "cat/train dog/train")]
    [InlineData("train/1.png train/cat/2.png unlabeled/3.png", "-/train cat/train -/unlabeled")]
    [InlineData("cat/1.png test/1.png", "cat/train test/train")] // no train folder: "test" is a class beside "cat"
    [InlineData("1.png cat/2.png", "-/train cat/train")]
    public void Classes_and_splits_come_from_folder_names(string files, string expected)
    {
        foreach (var file in files.Split(' ')) _folder.Write("in/" + file, Picture);

        _folder.Import("folder", "in");

        using var store = _folder.OpenStore();
        var found = store.Ordinals().Select(store.Info)
            .Select(info => $"{(info.ClassIndex < 0 ? "-" : store.Classes[info.ClassIndex])}/{info.Split}");
        Assert.Equal(expected, string.Join(' ', found));
        Assert.Equal(files, string.Join(' ', store.Ordinals().Select(ordinal => store.Info(ordinal).Name)));
    }

    [Fact]
    public void Pixels_are_stored_reduced_and_in_order()
    {
        _folder.Write("in/b.png", TestPictures.Smooth(120, 80).Png());
        _folder.Write("in/a.png", TestPictures.Smooth(30, 20).Png());
        _folder.Write("in/C.png", TestPictures.Smooth(60, 40).Png());

        var result = _folder.Import("folder", "in", storageSize: 60);

        using var store = _folder.OpenStore();
        Assert.Equal(["C.png", "a.png", "b.png"], store.Ordinals().Select(ordinal => store.Info(ordinal).Name));
        Assert.True(store.Pixels(0).SequenceEqual(TestPictures.Smooth(60, 40).Rgb));
        Assert.True(store.Pixels(1).SequenceEqual(TestPictures.Smooth(30, 20).Rgb));
        Assert.Equal((60, 40), store.Size(2));
        Assert.Equal(3, result.ImageCount);
        Assert.Equal(store.Bytes, result.Bytes);
    }

    [Fact]
    public void Files_that_cannot_be_used_are_listed_and_never_fatal()
    {
        for (var i = 0; i < 6; i++) _folder.Write($"in/cat/{i}.png", Picture);
        _folder.Write("in/cat/cut.png", Picture[..(Picture.Length / 2)]);
        _folder.Write("in/cat/empty.jpg", []);
        _folder.Write("in/cat/text.jpg", "this is no picture at all"u8.ToArray());
        _folder.Write("in/labels.txt", "0 1 2"u8.ToArray());
        _folder.Write("in/.DS_Store", [1]);
        _folder.Write("in/__MACOSX/cat/._1.png", [1]);
        _folder.Write("in/cat/Thumbs.db", [1]);
        _folder.Write("in/cat/huge.png", Picture);
        var reporter = new Recorder();

        var result = _folder.Import("folder", "in", reporter);

        Assert.Equal((7, 4), (result.ImageCount, result.Skipped));
        var skipped = ImageStore.SkippedFiles(_folder["out"], 0, 100);
        Assert.Equal(["cat/cut.png", "cat/empty.jpg", "cat/text.jpg", "labels.txt"], skipped.Select(file => file.Name));
        Assert.All(skipped, file => Assert.DoesNotContain(_folder.Path, file.Reason, StringComparison.Ordinal));
        Assert.Equal((11L, 11L, "images"), reporter.Steps[^1]);
        Assert.True(reporter.Steps.Zip(reporter.Steps.Skip(1)).All(pair => pair.First.Done <= pair.Second.Done));
    }

    [Fact]
    public void Limits_hold_for_each_file()
    {
        for (var i = 0; i < 3; i++) _folder.Write($"in/{i}.png", Picture);
        _folder.Write("in/large.png", TestPictures.Smooth(120, 80).Png());
        _folder.Write("in/long.png", [.. Picture, .. new byte[100_000]]);

        var result = _folder.Import("folder", "in", limits: new ImportLimits { MaxImagePixels = 60 * 40, MaxEntryBytes = 100_000 });

        Assert.Equal((3, 2), (result.ImageCount, result.Skipped));
    }

    [Fact]
    public void Links_are_not_followed()
    {
        _folder.Write("secret/s.png", Picture);
        _folder.Write("in/cat/1.png", Picture);
        File.CreateSymbolicLink(_folder["in/cat/2.png"], _folder["secret/s.png"]);
        Directory.CreateSymbolicLink(_folder["in/dog"], _folder["secret"]);
        Directory.CreateSymbolicLink(_folder["in/loop"], _folder["in"]);

        var result = _folder.Import("folder", "in");

        Assert.Equal((1, 3), (result.ImageCount, result.Skipped));
        Assert.Equal(["cat"], result.Classes);
    }

    [Fact]
    public void More_than_half_bad_fails_with_the_numbers_and_leaves_nothing()
    {
        _folder.Write("in/1.png", Picture);
        _folder.Write("in/2.png", Picture[..60]);
        _folder.Write("in/3.png", Picture[..70]);
        _folder.Write("in/notes.txt", [1, 2, 3]);

        var failure = Assert.Throws<JobFailedException>(() => _folder.Import("folder", "in"));

        Assert.Contains("2 of 3", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Entries(), entry => entry.StartsWith("out", StringComparison.Ordinal));
    }

    [Fact]
    public void Half_bad_and_any_number_of_other_files_is_accepted()
    {
        _folder.Write("in/1.png", Picture);
        _folder.Write("in/2.png", Picture[..60]);
        for (var i = 0; i < 9; i++) _folder.Write($"in/{i}.xml", [1, 2, 3]);

        Assert.Equal((1, 10), (_folder.Import("folder", "in").ImageCount, ImageStore.SkippedFiles(_folder["out"], 0, 99).Count));
    }

    [Fact]
    public void Nothing_usable_fails()
    {
        _folder.Write("in/notes.txt", [1, 2, 3]);
        Directory.CreateDirectory(_folder["empty"]);

        Assert.Throws<JobFailedException>(() => _folder.Import("folder", "in"));
        Assert.Throws<JobFailedException>(() => _folder.Import("folder", "empty"));
        Assert.Throws<JobFailedException>(() => _folder.Import("folder", "missing"));
        Assert.DoesNotContain(_folder.Entries(), entry => entry.StartsWith("out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cancelled_import_leaves_nothing()
    {
        for (var i = 0; i < 300; i++) _folder.Write($"in/{i}.png", Picture);
        using var stop = new CancellationTokenSource();
        var reporter = new Recorder(done => { if (done > 50) stop.Cancel(); });

        Assert.ThrowsAny<OperationCanceledException>(() => _folder.Import("folder", "in", reporter, stop: stop.Token));

        Assert.DoesNotContain(_folder.Entries(), entry => entry.StartsWith("out", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_folder_gives_the_same_store()
    {
        for (var i = 0; i < 100; i++) _folder.Write($"in/{i % 7}/{i}.jpg", TestPictures.Noisy(10 + i % 5, 12, i).Jpeg());
        _folder.Import("folder", "in");
        var first = File.ReadAllBytes(_folder["out/manifest.json"]);
        Directory.Delete(_folder["out"], recursive: true);

        _folder.Import("folder", "in");

        Assert.Equal(first, File.ReadAllBytes(_folder["out/manifest.json"]));
    }
}
