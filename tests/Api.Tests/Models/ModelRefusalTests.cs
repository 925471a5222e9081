using PatchSsl.Api.Tests.Server;
using PatchSsl.Client;

namespace PatchSsl.Api.Tests.Models;

/// <summary>Files that are no encoder: each is refused with what is wrong, by tensor, and leaves nothing behind.</summary>
public sealed class ModelRefusalTests(ModelRefusalTests.Fixture fixture) : IClassFixture<ModelRefusalTests.Fixture>
{
    private readonly TestServer _server = fixture.Server;

    public sealed class Fixture : IAsyncDisposable
    {
        public TestServer Server { get; } = new();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("missing", "'layer2.0.bn1.weight' is missing")]
    [InlineData("extra", "'layer2.7.conv1.weight' (3) belongs to no ResNet-18")]
    [InlineData("misshapen", "'layer1.0.conv1.weight' has shape (8,8,1,1): a ResNet-18 of 8 channels with the CIFAR stem has (8,8,3,3)")]
    [InlineData("nan", "'layer3.1.conv2.weight' holds NaN or infinity in 1 of its 9216 values")]
    [InlineData("infinite", "'bn1.running_mean' holds NaN or infinity in 8 of its 8 values")]
    [InlineData("variance", "'bn1.running_var' holds a negative variance")]
    public async Task A_spoilt_encoder(string what, string expected)
    {
        var encoder = new ForeignEncoder();
        switch (what)
        {
            case "missing": encoder.Remove("layer2.0.bn1.weight"); break;
            case "extra": encoder.Set("layer2.7.conv1.weight", [3], _ => 0); break;
            case "misshapen": encoder.Set("layer1.0.conv1.weight", [8, 8, 1, 1], _ => 0); break;
            case "nan": encoder.Set("layer3.1.conv2.weight", [32, 32, 3, 3], i => i == 77 ? float.NaN : 0); break;
            case "infinite": encoder.Set("bn1.running_mean", [8], _ => float.PositiveInfinity); break;
            default: encoder.Set("bn1.running_var", [8], i => i - 1); break;
        }
        await RefusedAsync(encoder.ToArray(), expected);
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"v":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "'v' overlaps another")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'w' is listed twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}""", 4, "'w' lies outside the file")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4, "'w' is larger than 2 GiB")]
    [InlineData("""{"w":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "'w' has the unknown dtype 'F8_E4M3'")]
    [InlineData("""{"w":""", 0, "not valid JSON")]
    [InlineData("{}", 0, "'conv1.weight' is missing")]
    [InlineData("""{"__metadata__":{"modelSpec":"{}"}}""", 0, "no formatVersion")]
    [InlineData("""{"__metadata__":{"formatVersion":"1","step":"0","seed":"0","modelSpec":"{\"depth\":50,\"width\":4,\"projectorHidden\":16384}"}}""", 0, "'conv1.weight' is missing")]
    public Task A_hostile_header(string header, int data, string expected) => RefusedAsync(ForeignEncoder.File(header, new byte[data]), expected);

    [Theory]
    [InlineData(0x7fffffffffffffffUL, "claims 9223372036854775807 bytes")]
    [InlineData(0x8000000000000000UL, "claims 9223372036854775808 bytes")]
    [InlineData(ulong.MaxValue, "claims 18446744073709551615 bytes")]
    [InlineData(8UL << 20 | 1, "the limit is 8388608")]
    [InlineData(1000UL, "the file has 10")]
    public Task A_lying_length(ulong length, string expected) => RefusedAsync([.. BitConverter.GetBytes(length), .. "{}"u8], expected);

    [Fact]
    public async Task Another_format_is_named()
    {
        await RefusedAsync([.. "PK\u0003\u0004"u8, .. new byte[60]], "zip archive, as torch.save writes it");
        await RefusedAsync([0x80, 2, 0x8a, 10, .. new byte[60]], "Python pickle");
        await RefusedAsync([], "too short for a header");
        await RefusedAsync(new byte[1000], "not valid JSON");
    }

    [Fact]
    public async Task A_file_cut_anywhere()
    {
        var whole = new ForeignEncoder().ToArray();
        foreach (var length in new[] { 7, 8, 300, 5_000, whole.Length / 2, whole.Length - 1 }) await RefusedAsync(whole[..length], "");
        await RefusedAsync([.. whole, 0], "The tensors go up to byte");
    }

    private async Task RefusedAsync(byte[] file, string expected)
    {
        using var response = await _server.Http.PostAsync(ApiRoutes.Models, ModelImportTests.Form(file, ("name", "Bad")), Cancel);
        var problem = await TestServer.ProblemAsync(response);
        Assert.Equal((422, "urn:patchssl:encoder_unusable"), (problem.Status, problem.Type));
        Assert.Contains(problem.Errors!["file"], sentence => sentence.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("up_", problem.Detail, StringComparison.Ordinal);
        foreach (var folder in new[] { "staging", "models" }) Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_server.Data, folder)));
        Assert.Equal(0, (await _server.Api.ListModelsAsync(cancellationToken: Cancel)).Total);
    }
}
