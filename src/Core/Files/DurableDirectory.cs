using System.Runtime.InteropServices;

namespace PatchSsl.Core.Files;

/// <summary>Makes names durable: a renamed file survives a power cut only once its directory was synced too.</summary>
public static partial class DurableDirectory
{
    /// <summary>Syncs the entries of a directory to the disk.</summary>
    /// <exception cref="IOException">The directory cannot be opened, or the disk refused.</exception>
    public static void Sync(string directory)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals renames and offers no such call
        var descriptor = Open(directory, 0);
        if (descriptor < 0) throw Failure("open", directory);
        try
        {
            if (FSync(descriptor) != 0) throw Failure("sync", directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string what, string directory) =>
        new($"Cannot {what} directory '{directory}': {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
