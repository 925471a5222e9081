using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Hosting;
using PatchSsl.Core.Images;
using PatchSsl.Core.Images.Import;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Api.Datasets;

/// <summary>What can be told of an archive at the door, so that the sender hears it at once rather than from a failed import.</summary>
public static class UploadCheck
{
    /// <summary>422 where the file is no archive that can be imported; null where the import may try.</summary>
    public static ProblemHttpResult? Refusal(string path, ImportLimits limits)
    {
        try
        {
            ArchiveCheck.Inspect(path, limits);
            return null;
        }
        catch (JobFailedException e)
        {
            return Problems.Unprocessable(e.Message, "archive_unusable");
        }
    }
}
