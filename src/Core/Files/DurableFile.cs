using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PatchSsl.Core.Files;

/// <summary>Makes a file appear under its name whole or not at all, also after a power cut.</summary>
public static partial class DurableFile
{
    private const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC on Linux x64

    /// <summary>Syncs a written temporary file, renames it to its final name in the same directory, and syncs the directory, in this order.</summary>
    /// <param name="temporary">Open on <paramref name="temporaryPath"/>; stays open.</param>
    /// <exception cref="IOException">Any step failed. Before the rename, the final name still stands for what it stood for before.</exception>
    public static void Publish(SafeFileHandle temporary, string temporaryPath, string finalPath)
    {
        RandomAccess.FlushToDisk(temporary);
        File.Move(temporaryPath, finalPath, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(finalPath))!);
    }

    /// <summary>Makes the names in a directory durable: file systems may lose a rename that was not followed by this.</summary>
    public static void SyncDirectory(string directory)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = Open(directory, ReadOnlyDirectory);
        if (descriptor < 0) throw Failure("opened");
        try
        {
            if (Sync(descriptor) != 0) throw Failure("synced");
        }
        finally
        {
            _ = Close(descriptor);
        }

        IOException Failure(string what)
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            return new IOException($"The directory {directory} could not be {what}: {error.Message}", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
