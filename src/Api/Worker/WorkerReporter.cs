using System.Collections.Concurrent;
using System.Text.Json;
using PatchSsl.Api.Jobs;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Measures;
using PatchSsl.Core.Training;

namespace PatchSsl.Api.Worker;

/// <summary>Turns a job's reports into lines. A thread of its own writes them, so that the work never waits for the server.</summary>
public sealed class WorkerReporter : ITrainingReporter, IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(.2);
    private readonly BlockingCollection<WorkerEvent> _events = [];
    private readonly TimeProvider _time;
    private readonly Thread _writer;
    private WorkerEvent.Progress? _held;
    private long _lastProgress;

    public WorkerReporter(Stream output, TimeProvider time)
    {
        _time = time;
        _lastProgress = time.GetTimestamp() - time.TimestampFrequency;
        _writer = new Thread(() => Write(output)) { IsBackground = true, Name = "events" };
        _writer.Start();
    }

    public void Send(WorkerEvent e) => _events.Add(e);

    public void Started(string device, IReadOnlyDictionary<string, string> versions) => Send(new WorkerEvent.Started(device, versions));

    /// <summary>At most five a second are written; the newest of those held back goes out before anything that ends the job.</summary>
    public void Progress(long done, long total, string unit)
    {
        var progress = new WorkerEvent.Progress(done, total, unit);
        if (_time.GetElapsedTime(_lastProgress) < ProgressInterval)
        {
            _held = progress;
            return;
        }
        _lastProgress = _time.GetTimestamp();
        _held = null;
        Send(progress);
    }

    public void Metrics(long step, IReadOnlyDictionary<string, double> values) => Send(new WorkerEvent.Metrics(step, _time.GetUtcNow(), values));

    public void Spectrum(long step, FeatureSpectrum spectrum) => Send(new WorkerEvent.Spectrum(step, _time.GetUtcNow(), spectrum));

    public void Log(JobLogLevel level, string text) => Send(new WorkerEvent.Log(level.ToString().ToLowerInvariant(), text));

    public void Checkpoint(long step, string fileName, string sha256, long bytes)
    {
        Flush();
        Send(new WorkerEvent.Checkpoint(step, fileName, sha256, bytes));
    }

    public void Cost(TrainingCost cost) => Send(new WorkerEvent.Cost(cost));

    /// <summary>Writes the progress that was held back.</summary>
    public void Flush()
    {
        if (_held is { } held) Send(held);
        _held = null;
    }

    public void Dispose()
    {
        _events.CompleteAdding();
        _writer.Join();
        _events.Dispose();
    }

    private void Write(Stream output)
    {
        try
        {
            foreach (var e in _events.GetConsumingEnumerable())
            {
                JsonSerializer.Serialize(output, e, WorkerEvent.Json);
                output.WriteByte((byte)'\n');
                if (_events.Count == 0) output.Flush();
            }
            output.Flush();
        }
        catch (IOException)
        {
            // The server is gone: the job learns it from its standard input, and nobody reads what would be written here.
        }
    }
}
