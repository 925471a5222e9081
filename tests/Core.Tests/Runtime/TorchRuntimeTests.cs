using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Embedding;
using TorchSharp;

namespace PatchSsl.Core.Tests.Runtime;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Starts_on_the_cpu_and_says_so_in_one_line()
    {
        var runtime = TestModel.Runtime("bf16");

        Assert.Equal(DeviceType.CPU, runtime.Device.type);
        Assert.Equal(torch.ScalarType.BFloat16, runtime.Plan.Compute);
        Assert.Matches(@"^cpu \(\d+ threads?\), libtorch \d+\.\d+\.\d+\S*, bf16$", runtime.Summary);
        Assert.Equal(TestModel.Threads, torch.get_num_threads());
        Assert.Equal([".NET", "PatchSslWeb", "TorchSharp", "libtorch"], runtime.Versions.Keys);
    }

    [Fact]
    public void Names_every_wrong_option_with_its_value()
    {
        var problems = TorchRuntime.Problems(new TorchOptions { Device = "gpu", Precision = "fp8", Threads = -1, LibraryPath = "/nowhere/torch" });

        Assert.Collection(problems,
            p => Assert.Contains("Torch:Device is 'gpu'", p),
            p => Assert.Contains("Torch:Precision is 'fp8'", p),
            p => Assert.Contains("Torch:Threads is -1", p),
            p => Assert.Contains("Torch:LibraryPath is '/nowhere/torch'", p));
        var failure = Assert.Throws<TorchUnavailableException>(() => TorchRuntime.Start(new TorchOptions { Device = "gpu" }));
        Assert.Contains("auto, cpu or cuda", failure.Message);
    }

    [Fact]
    public void Cuda_that_is_not_there_is_refused_with_the_way_out()
    {
        TestModel.Runtime();
        if (torch.cuda.is_available())
        {
            Assert.StartsWith("cuda", TorchRuntime.Start(new TorchOptions { Device = "cuda", Threads = TestModel.Threads }).Summary);
            return;
        }
        var failure = Assert.Throws<TorchUnavailableException>(() => TorchRuntime.Start(new TorchOptions { Device = "cuda", Threads = TestModel.Threads }));
        Assert.Contains("set Torch:Device to auto", failure.Message);
    }

    [Fact]
    public void A_second_library_path_is_refused()
    {
        TestModel.Runtime();
        var folder = Path.GetTempPath();
        var failure = Assert.Throws<TorchUnavailableException>(() => TorchRuntime.Start(new TorchOptions { LibraryPath = folder }));
        Assert.Contains("has loaded libtorch already", failure.Message);
    }
}
