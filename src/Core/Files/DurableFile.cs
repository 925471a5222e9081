using Microsoft.Win32.SafeHandles;

namespace PatchSsl.Core.Files;

/// <summary>Makes a file appear under its name whole or not at all, also after a power cut.</summary>
public static class DurableFile
{
    /// <summary>Syncs a written temporary file, renames it to its final name in the same directory, and syncs the directory, in this order.</summary>
    /// <param name="temporary">Open on <paramref name="temporaryPath"/>; stays open.</param>
    /// <exception cref="IOException">Any step failed. Before the rename, the final name still stands for what it stood for before.</exception>
    public static void Publish(SafeFileHandle temporary, string temporaryPath, string finalPath)
    {
        RandomAccess.FlushToDisk(temporary);
        File.Move(temporaryPath, finalPath, overwrite: true);
        DurableDirectory.Sync(Path.GetDirectoryName(Path.GetFullPath(finalPath))!);
    }
}
