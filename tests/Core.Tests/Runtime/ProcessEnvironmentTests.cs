using System.Runtime.InteropServices;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Tests.Runtime;

public sealed partial class ProcessEnvironmentTests
{
    [Fact]
    public void Libraries_find_what_the_person_set_and_otherwise_what_the_table_says()
    {
        ProcessEnvironment.Prepare();
        // .NET's copy of the environment is of the process's start: what a person set, and nothing of ours.
        Assert.All(ProcessEnvironment.OfLibtorch, setting =>
            Assert.Equal(Environment.GetEnvironmentVariable(setting.Name) ?? setting.Value, Marshal.PtrToStringUTF8(GetEnvironment(setting.Name))));
    }

    [Fact]
    public void Products_are_asked_to_repeat_and_threads_to_sleep()
    {
        var table = ProcessEnvironment.OfLibtorch.ToDictionary(s => s.Name, s => s.Value);
        Assert.Equal(("AUTO,STRICT", "passive"), (table["MKL_CBWR"], table["OMP_WAIT_POLICY"]));
        Assert.All(ProcessEnvironment.OfLibtorch, setting => Assert.EndsWith(".", setting.Reason));
    }

    [Fact]
    public void A_child_gets_the_table_but_keeps_what_is_set()
    {
        var child = new Dictionary<string, string?> { ["MKL_CBWR"] = "COMPATIBLE" };
        ProcessEnvironment.GiveTo(child, ProcessEnvironment.OfLibtorch);
        Assert.Equal(("COMPATIBLE", "passive"), (child["MKL_CBWR"], child["OMP_WAIT_POLICY"]));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial IntPtr GetEnvironment(string name);
}
