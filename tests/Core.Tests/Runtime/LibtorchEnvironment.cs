using System.Runtime.CompilerServices;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Tests.Runtime;

/// <summary>Tests that use TorchSharp before anything of ours loads libtorch find the environment that the product computes in.</summary>
internal static class LibtorchEnvironment
{
    [ModuleInitializer]
    internal static void Prepare() => ProcessEnvironment.Prepare();
}
