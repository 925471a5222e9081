using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;

// One program, by its first word: a worker for one job, a probe of libtorch, or the server.
return args.FirstOrDefault() switch
{
    "worker" => Worker.Run(),
    "probe" => Probe.Run(),
    _ => await Server.RunAsync(args),
};

/// <summary>Named so that tests can start it.</summary>
public sealed partial class Program;
