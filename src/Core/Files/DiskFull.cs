namespace PatchSsl.Core.Files;

/// <summary>Tells a full disk from other failures of input and output.</summary>
public static class DiskFull
{
    /// <summary>Linux's ENOSPC, which .NET keeps in the low half of the result code.</summary>
    private const int NoSpaceOnDevice = 28;

    /// <summary>Whether an exception says that there is no room left on the device.</summary>
    public static bool Is(Exception error) => error is IOException && (error.HResult & 0xFFFF) == NoSpaceOnDevice;
}
