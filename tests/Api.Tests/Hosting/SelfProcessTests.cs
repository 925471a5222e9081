using PatchSsl.Api.Hosting;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Tests.Hosting;

public sealed class SelfProcessTests
{
    [Fact]
    public void A_worker_finds_what_native_libraries_read_and_what_is_set_already_stays()
    {
        var worker = SelfProcess.Start("worker").Environment;

        foreach (var setting in ProcessEnvironment.OfLibtorch.Concat(ProcessEnvironment.OfWorkers))
            Assert.Equal(Environment.GetEnvironmentVariable(setting.Name) ?? setting.Value, worker[setting.Name]);
        var child = new Dictionary<string, string?> { ["MALLOC_TOP_PAD_"] = "1" };
        ProcessEnvironment.GiveTo(child, ProcessEnvironment.OfWorkers);
        Assert.Equal(("1", "0"), (child["MALLOC_TOP_PAD_"], child["MALLOC_MMAP_MAX_"]));
    }

    [Fact]
    public void A_decoder_gives_memory_back() =>
        Assert.DoesNotContain(SelfProcess.Start("decode").Environment.Keys, name => ProcessEnvironment.OfWorkers.Any(setting => setting.Name == name
            && Environment.GetEnvironmentVariable(name) is null));
}
