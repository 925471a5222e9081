using System.Globalization;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Recipes;
using TorchSharp;

namespace PatchSsl.Core.Training;

/// <summary>Looks at the model every so many steps, and sees to it that looking stays cheap.</summary>
/// <remarks>
/// Diagnostics and online kNN together get <see cref="Share"/> of the time, each an equal part. Where the recipe's interval would cost more, steps
/// are passed over: what is measured lies on multiples of the interval, just fewer of them. The first is always taken, since nothing else tells
/// what it costs, and so is the one after the last step. What is measured touches nothing that training goes on from.
/// </remarks>
internal sealed class TrainingWatch
{
    /// <summary>Share of the time that all measurements may take.</summary>
    public const double Share = .02;

    /// <summary>An accuracy of fewer images tells little: the highest of several is a maximum of noise.</summary>
    public const int FewImages = 50;

    private readonly HeldOutPatches _patches;
    private readonly ITrainingReporter _reporter;
    private readonly TimeProvider _time;
    private readonly bool _isCuda;
    private readonly long _startedAt;
    private readonly List<Measurement> _measurements = [];

    public TrainingWatch(Recipe recipe, HeldOutPatches patches, ITrainingReporter reporter, bool isCuda, TimeProvider time)
    {
        (_patches, _reporter, _time, _isCuda, _startedAt) = (patches, reporter, time, isCuda, time.GetTimestamp());
        var (diagnoses, asks) = (recipe.DiagnosticsEvery > 0 && patches.CanMeasure, recipe.KnnEvery > 0 && patches.HasLabels);
        var each = diagnoses && asks ? Share / 2 : Share;
        if (diagnoses) _measurements.Add(new("Diagnostics", recipe.DiagnosticsEvery, new WatchBudget(each, time), each, Diagnose));
        if (asks) _measurements.Add(new("Online kNN", recipe.KnnEvery, new WatchBudget(each, time), each, AskClasses));
        if (asks && patches.Asked < FewImages)
        {
            reporter.Log(JobLogLevel.Warning, string.Create(CultureInfo.InvariantCulture,
                $"Online kNN: too few labelled images to measure: {patches.Asked}. Its values are counts of so many, and none is called best."));
        }
    }

    /// <summary>Measures what is due after a step.</summary>
    /// <param name="isLast">Everything is due.</param>
    public void Look(long step, bool isLast)
    {
        var values = new Dictionary<string, double>();
        foreach (var measurement in _measurements)
        {
            if (!isLast && step % measurement.Every != 0) continue;
            if (!isLast && !measurement.Budget.HasRoom)
            {
                TellOnce(measurement);
                continue;
            }
            // What the device has yet to compute is training's, not ours.
            if (_isCuda) torch.cuda.synchronize();
            measurement.Budget.Take(() => measurement.Take(step, values));
        }
        if (values.Count > 0)
        {
            values["diagnosticsShare"] = SpentShare;
            _reporter.Metrics(step, values);
        }
        if (isLast && _measurements.Any(m => m.Budget.Taken > 0)) TellAll();
    }

    private double SpentShare => _measurements.Sum(m => m.Budget.Spent.TotalSeconds) / Math.Max(1e-9, _time.GetElapsedTime(_startedAt).TotalSeconds);

    // The spectra go first: whoever sees the metrics of a step finds them there.
    private void Diagnose(long step, IDictionary<string, double> values)
    {
        var (measures, spectra) = _patches.Measure();
        foreach (var spectrum in spectra) _reporter.Spectrum(step, spectrum);
        foreach (var (name, value) in measures) values[name] = value;
    }

    /// <summary>The accuracy never comes without the number of images that it was counted in.</summary>
    private void AskClasses(long step, IDictionary<string, double> values) =>
        (values["knn"], values["knnImages"]) = (_patches.KnnAccuracy(), _patches.Asked);

    private void TellOnce(Measurement measurement)
    {
        if (measurement.IsTold) return;
        measurement.IsTold = true;
        _reporter.Log(JobLogLevel.Information, string.Create(CultureInfo.InvariantCulture,
            $"{measurement.Name} every {measurement.Every} steps would take more than {measurement.Share:P0} of the time ({measurement.Budget.Spent.TotalSeconds / measurement.Budget.Taken:0.00} s each): it is spaced out."));
    }

    private void TellAll() => _reporter.Log(JobLogLevel.Information, string.Create(CultureInfo.InvariantCulture,
        $"Watching took {SpentShare:P1} of the time: {string.Join(", ", _measurements.Select(m => $"{m.Name} {m.Budget.Taken} times, {m.Budget.Spent.TotalSeconds:0.0} s"))}."));

    private sealed record Measurement(string Name, int Every, WatchBudget Budget, double Share, Action<long, IDictionary<string, double>> Take)
    {
        public bool IsTold { get; set; }
    }
}
