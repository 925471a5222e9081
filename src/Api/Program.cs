using PatchSsl.Api.Composition;
using PatchSsl.Api.Decoding;
using PatchSsl.Api.Torch;
using PatchSsl.Api.Worker;

// One program, by its first word: a worker for one job, a decoder of images, a probe of libtorch, or the server.
return args.FirstOrDefault() switch
{
    "worker" => WorkerVerb.Run(),
    "decode" => DecodeVerb.Run(Console.OpenStandardInput(), Console.OpenStandardOutput()),
    "probe" => ProbeVerb.Run(),
    _ => await Server.RunAsync(args),
};

/// <summary>Named so that tests can start it.</summary>
public sealed partial class Program;
