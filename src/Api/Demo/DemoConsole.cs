using System.Data.Common;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using Spectre.Console;

namespace PatchSsl.Api.Demo;

/// <summary><c>--demo</c>: runs the demo with a progress bar in a terminal, or a line a step elsewhere, and says where to look.</summary>
public sealed class DemoConsole(
    DemoLead demo, IDbContextFactory<PatchSslContext> databases, IServer server, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Ctrl+C: the demo goes on at the next start
        }
        catch (Exception e) when (e is DbException or DbUpdateException or ProblemException)
        {
            // The server itself is well: it goes on, and so does a demo that has begun.
            Console.Error.WriteLine($"The demo can be followed at the address above only: {e.Message}");
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "localhost").Replace("0.0.0.0", "localhost");
        Console.Out.WriteLine($"PatchSslWeb listens on {address}; the loss can be watched there while it trains.");
        await demo.BeginAsync(again: false, stoppingToken);
        var status = Console.IsOutputRedirected ? await LinesAsync(stoppingToken) : await BarsAsync(stoppingToken);
        if (status.State == JobState.Completed) Tell(address, status);
        else Console.Error.WriteLine($"The demo ended: {status.Error ?? "it was stopped."}");
    }

    private static void Tell(string address, DemoStatus status)
    {
        foreach (var line in Ending(address, status)) Console.Out.WriteLine(line); // plain, so that no address is wrapped
    }

    /// <summary>What was learned, what to look at, and where.</summary>
    public static IEnumerable<string> Ending(string address, DemoStatus status)
    {
        var patch = status.Findings is { } findings ? $"&image={findings.ImageId}&patch={findings.Patch}&from=demo" : "";
        yield return "The demo is done.";
        if (status.Findings is { } found)
        {
            yield return found.Learned;
            yield return found.LookAt;
        }
        yield return "Open:";
        var indexes = $"index={status.EmbeddingIndexId}&beside={status.ProjectionIndexId}";
        yield return $"  {address}/neighbours?{indexes}{patch}   a patch and its neighbours in both spaces";
        yield return $"  {address}/runs/{status.RunId}   the run's losses and diagnostics";
        if (status.ExplanationId is { } report)
            yield return $"  {address}/explain/{report}   what neighbours have in common, in both spaces";
        yield return $"  {address}/swagger   the API";
        yield return "The server goes on; Ctrl+C ends it.";
    }

    private Task<DemoStatus> LinesAsync(CancellationToken stoppingToken)
    {
        var stages = Stages();
        return FollowAsync(status =>
        {
            if (stages.Ended(status) is { } line) Console.Out.WriteLine(line);
        }, stoppingToken);
    }

    private Task<DemoStatus> BarsAsync(CancellationToken stoppingToken) => AnsiConsole.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .StartAsync(context =>
        {
            var stages = Stages();
            var bars = DemoProgress.Stages.Select(s => (s.Step, s.Title, Bar: context.AddTask(s.Title, autoStart: false))).ToList();
            return FollowAsync(status =>
            {
                var current = bars.FindIndex(b => b.Step == status.Step);
                for (var i = 0; i < bars.Count; i++)
                {
                    var bar = bars[i].Bar;
                    if (!bar.IsStarted && (i <= current || current < 0)) bar.StartTask();
                    bar.Value = i < current || current < 0 ? bar.MaxValue
                        : i == current ? Math.Max(bar.Value, DemoProgress.Share(status.Progress) * bar.MaxValue) : 0;
                    if (i == current) bar.Description = stages.Beside(bars[i].Title, status.Progress);
                }
            }, stoppingToken);
        });

    private DemoProgress Stages() => new(time, DemoSteps.PatchesAStep);

    private async Task<DemoStatus> FollowAsync(Action<DemoStatus> show, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (true)
        {
            await using (var db = await databases.CreateDbContextAsync(stoppingToken))
            {
                var status = await DemoContracts.ReadAsync(db, stoppingToken);
                show(status);
                if (status.State is not (JobState.Queued or JobState.Running)) return status;
            }
            await timer.WaitForNextTickAsync(stoppingToken);
        }
    }
}
