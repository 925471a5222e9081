using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>What an uploaded archive holds.</summary>
public enum ArchiveKind
{
    /// <summary>A zip of images.</summary>
    Zip,

    /// <summary>CIFAR-10 or CIFAR-100 in their binary form: a gzipped tar, a tar or a zip of the batches.</summary>
    Cifar,
}

/// <summary>A quick look at an upload before it is accepted: reads the table of contents and no image.</summary>
public static class ArchiveCheck
{
    private static readonly ImportLimits Glance = new() { MaxTotalBytes = 256_000_000, MaxEntries = 64 };

    /// <exception cref="JobFailedException">It is no archive that can be imported; the message tells its sender why.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ArchiveKind Inspect(string path, ImportLimits limits)
    {
        switch (ArchiveKinds.Container(path))
        {
            case Container.Zip:
                using (var archive = ZipRules.Open(path, limits))
                {
                    var files = archive.Entries.Where(entry => !ZipRules.IsFolder(entry)).Select(ZipRules.Name)
                        .Where(name => !ImportLayout.IsClutter(name)).ToList();
                    if (files.Count == 0) throw new JobFailedException("The archive holds no files.");
                    return !files.Exists(ImportLayout.LooksLikePicture) && files.Exists(IsBatch) ? ArchiveKind.Cifar : ArchiveKind.Zip;
                }
            case Container.Gzip or Container.Tar when HasBatchEarly(path):
                return ArchiveKind.Cifar;
            case Container.Gzip or Container.Tar:
                throw new JobFailedException("The archive is a tar without CIFAR batches. Images are taken as a zip.");
            default:
                throw new JobFailedException("The file is not a zip archive, and not a CIFAR-10 or CIFAR-100 binary archive.");
        }
    }

    private static bool IsBatch(string name) => CifarSource.IsBatch(Path.GetFileName(name));

    /// <summary>Looks at the first files only; a tar has no table of contents.</summary>
    private static bool HasBatchEarly(string path)
    {
        try
        {
            return ArchiveMembers.Read(path, Glance, CancellationToken.None).Any(member => IsBatch(member.Name));
        }
        catch (JobFailedException error) when (error.InnerException is null)
        {
            return false; // nothing within what a glance may read
        }
    }
}
