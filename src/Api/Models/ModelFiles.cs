using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Api.Models;

/// <summary>Where models lie.</summary>
public static class ModelFiles
{
    /// <summary>A model's file: a checkpoint in its run's folder, an imported one in a folder of their own.</summary>
    public static string File(this DataDirectory data, ModelRow row) =>
        row is CheckpointRow checkpoint ? data.Checkpoint(checkpoint.RunId, checkpoint.FileName) : data.Imported(row.Id);

    /// <summary>The same, for a job that is about to read it.</summary>
    /// <exception cref="JobFailedException">The file is gone.</exception>
    public static string Present(this DataDirectory data, ModelRow row)
    {
        var path = data.File(row);
        return System.IO.File.Exists(path) ? path : throw new JobFailedException($"The file of model '{row.Id}' is gone.");
    }
}
