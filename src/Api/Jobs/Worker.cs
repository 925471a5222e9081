namespace PatchSsl.Api.Jobs;

/// <summary>The worker process: one job from standard input, events on standard output.</summary>
public static class Worker
{
    public static int Run() => 0;
}
