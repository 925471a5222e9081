using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Tests.Datasets;

/// <summary>Datasets from the request to their removal, imported by a real worker.</summary>
public sealed class DatasetTests : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("patchssl-roots-").FullName;
    private readonly TestServer _server;

    public DatasetTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "allowed"));
        _server = new TestServer(("Data:ImportRoots:0", Path.Combine(_root, "allowed")));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generated_images_are_imported_listed_renamed_and_deleted()
    {
        var dataset = await _server.DatasetAsync(images: 40);
        Assert.Equal((ResourceState.Ready, 40, 0), (dataset.State, dataset.ImageCount, dataset.Skipped));
        Assert.NotEmpty(dataset.Classes);
        Assert.Equal(40, dataset.Splits.Values.Sum());

        var first = await _server.Api.ListImagesAsync(dataset.Id, new(Limit: 25), Cancel);
        var second = await _server.Api.ListImagesAsync(dataset.Id, new(Limit: 25, Cursor: first.NextCursor), Cancel);
        Assert.Equal((40, 25, 15), (first.Total, first.Items.Count, second.Items.Count));
        Assert.Null(second.NextCursor);
        Assert.Equal(40, first.Items.Concat(second.Items).Select(i => i.Id).Distinct().Count());
        var test = await _server.Api.ListImagesAsync(dataset.Id, new(Filter: $"split:test class:{dataset.Classes[0]}"), Cancel);
        Assert.All(test.Items, i => Assert.Equal(("test", dataset.Classes[0]), (i.Split, i.Class)));

        var renamed = await _server.Api.RenameDatasetAsync(dataset.Id, "Other", Cancel);
        Assert.Equal("Other", renamed.Name);
        await _server.Api.DeleteDatasetAsync(dataset.Id, Cancel);
        Assert.Equal(404, (await _server.RefusedAsync(HttpMethod.Get, $"/api/v1/datasets/{dataset.Id}")).Status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, "datasets")));
    }

    [Fact]
    public async Task An_uploaded_zip_is_imported_and_its_bad_file_listed()
    {
        var zip = Zip(("cats/1.bmp", Picture), ("cats/2.bmp", Picture), ("dogs/1.bmp", Picture), ("dogs/2.png", "no picture"u8.ToArray()));
        using var response = await UploadAsync(zip, "Pets");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.StartsWith("/api/v1/jobs/job_", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        var dataset = await _server.EndedAsync((await _server.Api.ListDatasetsAsync(cancellationToken: Cancel)).Items.Single());
        Assert.True(dataset.State == ResourceState.Ready, dataset.Error);
        Assert.Equal((3, 1), (dataset.ImageCount, dataset.Skipped));
        Assert.Equal(["cats", "dogs"], dataset.Classes);
        var skipped = Assert.Single((await _server.Api.ListSkippedAsync(dataset.Id, cancellationToken: Cancel)).Items);
        Assert.Equal("dogs/2.png", skipped.Name);
        Assert.NotEmpty(skipped.Reason);
    }

    [Fact]
    public async Task What_is_no_archive_is_refused_at_once_and_leaves_nothing()
    {
        foreach (var bytes in new[] { "hello"u8.ToArray(), [], Zip(), Zip(("../evil.png", Picture)), Zip(("a.png", Picture))[..60] })
        {
            using var response = await UploadAsync(bytes, "Bad");
            Assert.Equal(422, (await TestServer.ProblemAsync(response)).Status);
        }
        using var nameless = await UploadAsync(Zip(("a.bmp", Picture)), "");
        Assert.Contains("name", (await TestServer.ProblemAsync(nameless)).Errors!.Keys);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, "staging")));
        Assert.Equal(0, (await _server.Api.ListDatasetsAsync(cancellationToken: Cancel)).Total);
    }

    [Fact]
    public async Task An_upload_over_the_limit_leaves_nothing()
    {
        await using var server = new TestServer(("Limits:UploadBytes", "50000"));
        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/datasets/upload") { Content = Form(new byte[60_000], "Big") };
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await server.Http.SendAsync(request, Cancel);
            var problem = await TestServer.ProblemAsync(response);
            Assert.Equal(413, problem.Status);
            Assert.Contains("50,000", problem.Detail, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(server.Data, "staging")));
    }

    [Fact]
    public async Task A_folder_is_judged_by_where_it_lies()
    {
        var (allowed, outside) = (Path.Combine(_root, "allowed"), Directory.CreateDirectory(Path.Combine(_root, "allowed-not")).FullName);
        var images = Directory.CreateDirectory(Path.Combine(allowed, "pets", "cats")).Parent!.FullName;
        await File.WriteAllBytesAsync(Path.Combine(images, "cats", "1.bmp"), Picture, Cancel);
        Directory.CreateSymbolicLink(Path.Combine(allowed, "door"), outside);
        Directory.CreateSymbolicLink(Path.Combine(outside, "back"), images);

        foreach (var path in new[] { outside, allowed + "-not", allowed + "/../allowed-not", allowed + "/door", allowed + "/none", "allowed", "", "/", "/proc/self/root" + outside })
        {
            var problem = await _server.RefusedAsync(HttpMethod.Post, "/api/v1/datasets",
                System.Text.Json.JsonSerializer.Serialize(new { name = "x", source = new { kind = "folder", path } }));
            Assert.Equal(422, problem.Status);
        }
        foreach (var path in new[] { images, outside + "/back" })
        {
            var made = await _server.Api.CreateDatasetAsync(new("Pets", new(SourceKind.Folder, path)), Cancel);
            Assert.Equal(1, (await _server.EndedAsync(made)).ImageCount);
        }
    }

    /// <summary>A 4×4 picture as BMP: header, then pixels.</summary>
    private static byte[] Picture
    {
        get
        {
            using var bytes = new MemoryStream();
            using var writer = new BinaryWriter(bytes);
            writer.Write("BM"u8);
            foreach (var word in new[] { 54 + 48, 0, 54, 40, 4, 4 }) writer.Write(word);
            writer.Write((short)1);
            writer.Write((short)24);
            foreach (var word in new[] { 0, 48, 2835, 2835, 0, 0 }) writer.Write(word);
            for (var i = 0; i < 48; i++) writer.Write((byte)(i * 5));
            return bytes.ToArray();
        }
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return bytes.ToArray();
    }

    private static MultipartFormDataContent Form(byte[] file, string name)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return new MultipartFormDataContent { { new StringContent(name), "name" }, { content, "file", "x.zip" } };
    }

    private Task<HttpResponseMessage> UploadAsync(byte[] file, string name) => _server.Http.PostAsync("/api/v1/datasets/upload", Form(file, name), Cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
