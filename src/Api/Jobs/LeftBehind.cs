using System.ComponentModel;
using System.Diagnostics;

namespace PatchSsl.Api.Jobs;

/// <summary>A worker that outlived its server: it has seen its input end, and is saving. Two must never work on one resource.</summary>
public static class LeftBehind
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for its end, and kills it when that takes too long.</summary>
    /// <param name="since">When it started: a number that another process has by now is left alone.</param>
    public static async Task EndAsync(int pid, DateTimeOffset since, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            if (Math.Abs((process.StartTime.ToUniversalTime() - since.UtcDateTime).TotalSeconds) > 1) return;
            try
            {
                await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It is gone.
        }
    }
}
