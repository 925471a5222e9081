using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Composition;

/// <summary>
/// At start, removes files that no row names: what a kill left between a deleted row and its files, or between an upload and its row. Files
/// of a row are left alone, half-written ones too: a worker that outlived the last server may still be writing them.
/// </summary>
public static partial class StorageSweep
{
    public static async Task SweepStorageAsync(this IServiceProvider services)
    {
        var data = services.GetRequiredService<DataDirectory>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StorageSweep).FullName!);
        await using var db = await services.GetRequiredService<IDbContextFactory<PatchSslContext>>().CreateDbContextAsync();
        Sweep(data.Datasets, await db.Datasets.Select(d => d.Id).ToListAsync(), logger);
        Sweep(data.Runs, await db.Runs.Select(r => r.Id).ToListAsync(), logger);
        Sweep(data.Models, await db.Models.OfType<ImportedModelRow>().Select(m => m.Id).ToListAsync(), logger);
        Sweep(data.Indexes, await db.Indexes.Select(i => i.Id).ToListAsync(), logger);
        Sweep(data.Staging, await db.Datasets.Where(d => d.StagedFile != null).Select(d => d.StagedFile!).ToListAsync(), logger);
    }

    private static void Sweep(string folder, IEnumerable<string> names, ILogger logger)
    {
        var known = names.ToHashSet();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (known.Contains(entry.Name.Split('.')[0])) continue;
            LogSwept(logger, entry.Name);
            if (entry is DirectoryInfo directory) directory.Delete(recursive: true);
            else entry.Delete();
        }
    }

    [LoggerMessage(LogLevel.Information, "Removing {Name}, which nothing in the database names")]
    private static partial void LogSwept(ILogger logger, string name);
}
