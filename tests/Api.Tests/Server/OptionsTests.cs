using Microsoft.Extensions.Configuration;
using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Tests.Server;

public sealed class OptionsTests
{
    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value)).Build();

    [Fact]
    public void Every_option_has_a_default_and_the_settings_file_says_the_same()
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();
        var written = ServerOptions.Read(file);
        var defaults = ServerOptions.Read(Configuration());
        Assert.Equal(defaults.Torch, written.Torch);
        Assert.Equal(defaults.Jobs, written.Jobs);
        Assert.Equal(defaults.Limits, written.Limits);
        Assert.Equal(defaults.Search, written.Search);
        Assert.Equal(defaults.Demo, written.Demo);
        Assert.Equal((defaults.Data.Path, defaults.Data.ReserveBytes), (written.Data.Path, written.Data.ReserveBytes));
        Assert.Equal(defaults.Access.ApiKey, written.Access.ApiKey);
    }

    [Theory]
    [InlineData("Jobs:Parallel", "0", "Jobs:Parallel is 0: allowed is 1 to 16")]
    [InlineData("Jobs:Parallel", "many", "Jobs:Parallel")]
    [InlineData("Jobs:Paralel", "2", "Jobs has no option 'Paralel'")]
    [InlineData("Torch:Device", "tpu", "Torch:Device is 'tpu': allowed is auto, cpu, cuda")]
    [InlineData("Torch:Precision", "fp8", "Torch:Precision is 'fp8'")]
    [InlineData("Torch:LibraryPath", "/no/such/folder", "Torch:LibraryPath '/no/such/folder'")]
    [InlineData("Data:ImportRoots:0", "/no/such/folder", "Data:ImportRoots '/no/such/folder'")]
    [InlineData("Data:Path", "", "Data:Path is empty")]
    [InlineData("Limits:RequestBytes", "1", "Limits:RequestBytes is 1")]
    [InlineData("Search:DeviceBytes", "-1", "Search:DeviceBytes is -1: allowed is 0 to")]
    [InlineData("Demo:Images", "9", "Demo:Images is 9: allowed is 10 to 100000")]
    [InlineData("Demo:Size", "8", "Demo:Size is 8: allowed is 16 to 512")]
    [InlineData("Demo:Steps", "0", "Demo:Steps is 0: allowed is 1 to 1000000")]
    [InlineData("Demo:Seed", "-1", "Demo:Seed is -1: allowed is 0 to")]
    [InlineData("Access:ApiKey", "short", "Access:ApiKey is (hidden): needs at least 16 characters")]
    public void A_wrong_value_is_refused_by_name(string name, string value, string expected)
    {
        var error = Assert.Throws<StartupException>(() => ServerOptions.Read(Configuration((name, value))));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void All_wrong_values_are_told_at_once()
    {
        var error = Assert.Throws<StartupException>(() => ServerOptions.Read(Configuration(("Jobs:Parallel", "99"), ("Torch:Device", "x"))));
        Assert.Contains("Jobs:Parallel", error.Message, StringComparison.Ordinal);
        Assert.Contains("Torch:Device", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("urls", "http://0.0.0.0:80")]
    [InlineData("urls", "http://localhost:1;http://example.test:2")]
    [InlineData("urls", "http://*:80")]
    [InlineData("http_ports", "8080")]
    public void An_address_that_others_reach_needs_a_key(string name, string value)
    {
        var error = Assert.Throws<StartupException>(() => Addresses.Read(Configuration((name, value)), new AccessOptions()));
        Assert.Contains("Access:ApiKey", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(Addresses.Read(Configuration((name, value)), new AccessOptions { ApiKey = "0123456789abcdef" }).Urls);
    }

    [Theory]
    [InlineData("http://localhost:0")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:0")]
    public void Loopback_needs_no_key(string url) => Assert.Equal([url], Addresses.Read(Configuration(("urls", url)), new AccessOptions()).Urls);

    [Fact]
    public void A_data_directory_takes_one_server()
    {
        var path = Directory.CreateTempSubdirectory("patchssl-lock-").FullName;
        using (new DataDirectory(new DataOptions { Path = path }))
        {
            var error = Assert.Throws<StartupException>(() => new DataDirectory(new DataOptions { Path = path }));
            Assert.Contains($"data directory is in use by pid {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        }
        new DataDirectory(new DataOptions { Path = path }).Dispose();
        Directory.Delete(path, recursive: true);
    }

    [Fact]
    public void A_data_directory_that_cannot_be_made_is_named()
    {
        var error = Assert.Throws<StartupException>(() => new DataDirectory(new DataOptions { Path = "/dev/null/data" }));
        Assert.Contains("/dev/null/data", error.Message, StringComparison.Ordinal);
    }
}
