using System.ComponentModel.DataAnnotations;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Hosting;

/// <summary>Where things are kept: section <c>Data</c>.</summary>
public sealed record DataOptions
{
    /// <summary>The data directory; nothing is written outside it. Default <c>data</c>, relative to the working directory.</summary>
    [Required]
    public string Path { get; init; } = "data";

    /// <summary>Folders below which a dataset's source folder may lie; none by default.</summary>
    public string[] ImportRoots { get; init; } = [];

    /// <summary>Free bytes below which new work is refused with 507; default 512 MiB.</summary>
    [Range(0, 1L << 50)]
    public long ReserveBytes { get; init; } = 512L << 20;
}

/// <summary>How jobs run: section <c>Jobs</c>.</summary>
public sealed record JobsOptions
{
    /// <summary>Worker processes at a time, 1 to 16; default 1.</summary>
    [Range(1, 16)]
    public int Parallel { get; init; } = 1;

    /// <summary>Jobs that may wait; more are refused with 503. 1 to 10,000; default 100.</summary>
    [Range(1, 10_000)]
    public int QueueLimit { get; init; } = 100;

    /// <summary>Seconds a worker that was asked to stop has before it is killed, 1 to 600; default 30.</summary>
    [Range(1, 600)]
    public int StopGraceSeconds { get; init; } = 30;
}

/// <summary>Bounds on what a request may ask for: section <c>Limits</c>.</summary>
public sealed record LimitsOptions
{
    /// <summary>Bytes of a request's body, uploads of datasets and encoders apart; default 30 MB.</summary>
    [Range(1_024, 2_000_000_000)]
    public long RequestBytes { get; init; } = 30_000_000;

    /// <summary>Bytes of an uploaded dataset archive; default 20 GB.</summary>
    [Range(1_024, 1L << 50)]
    public long UploadBytes { get; init; } = 20_000_000_000;

    /// <summary>Bytes of an uploaded encoder; default 1 GB.</summary>
    [Range(1_024, 1L << 40)]
    public long ModelBytes { get; init; } = 1_000_000_000;

    /// <summary>Requests a second of one caller, bursts of twice that allowed; 0 for no limit; default 500.</summary>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 500;

    /// <summary>Images of one embedding request, 1 to 10,000; default 256.</summary>
    [Range(1, 10_000)]
    public int ImagesPerRequest { get; init; } = 256;

    /// <summary>Pixels of one image sent to be embedded; default 50 million.</summary>
    [Range(1, 1_000_000_000)]
    public long ImagePixels { get; init; } = 50_000_000;

    /// <summary>Patches that may wait to be embedded, over all callers, and the most one request may need; more are refused. 256 to 1,000,000; default 8,192.</summary>
    [Range(256, 1_000_000)]
    public int EmbeddingPatches { get; init; } = 8_192;

    /// <summary>Models kept loaded to embed with, 1 to 64; default 2.</summary>
    [Range(1, 64)]
    public int LoadedModels { get; init; } = 2;

    /// <summary>Searches that may wait; more are refused with 503. 1 to 10,000; default 128.</summary>
    [Range(1, 10_000)]
    public int SearchQueue { get; init; } = 128;

    /// <summary>Processes that decode images sent to be embedded, started when needed, 1 to 64; default 2.</summary>
    [Range(1, 64)]
    public int Decoders { get; init; } = 2;

    /// <summary>Seconds that decoding one such image may take, 1 to 600; default 10.</summary>
    [Range(1, 600)]
    public int DecodeSeconds { get; init; } = 10;

    /// <summary>Decoded pixels of such images in memory at once; default 200 million.</summary>
    [Range(1_000_000, 100_000_000_000)]
    public long PixelsInFlight { get; init; } = 200_000_000;

    /// <summary>Bounds on imported files and archives.</summary>
    public ImportLimits Import { get; init; } = new();
}

/// <summary>How indexes are searched: section <c>Search</c>.</summary>
public sealed record DeviceSearchOptions
{
    /// <summary>Bytes of a GPU's memory that rows of open indexes may take, 0 for none: then the CPU searches; default 4 GiB. Without effect where <c>Torch</c> has no GPU.</summary>
    [Range(0, 1L << 50)]
    public long DeviceBytes { get; init; } = 4L << 30;
}

/// <summary>How large the built-in demo is: section <c>Demo</c>.</summary>
public sealed record DemoOptions
{
    /// <summary>Images it generates, 10 to 100,000; default 2,000.</summary>
    [Range(10, 100_000)]
    public int Images { get; init; } = 2_000;

    /// <summary>Their side in pixels, 16 to 512; default 96.</summary>
    [Range(16, 512)]
    public int Size { get; init; } = 96;

    /// <summary>Steps it trains, 1 to 1,000,000; default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int Steps { get; init; } = 1_000;

    /// <summary>Seed of the images and of the training; default 7.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 7;
}

/// <summary>Who may call: section <c>Access</c>.</summary>
public sealed record AccessOptions
{
    /// <summary>The bearer key. Needed for any address but loopback; where it is set, every call needs it. At least 16 characters.</summary>
    [MinLength(16)]
    public string? ApiKey { get; init; }

    /// <summary>Host names this server answers to. Default: localhost and loopback addresses while bound to those, any otherwise.</summary>
    public string[] Hosts { get; init; } = [];
}
