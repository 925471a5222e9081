using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Evaluation;

/// <summary>How well a model's vectors tell the classes of a labelled dataset apart, with baselines beside it where they are asked for.</summary>
/// <remarks>
/// <code>
/// split ─ every image: its patches, once through the encoder ─ bags, on disk ─┬─ weighted kNN
///                                                                            ├─ linear probe
///                                                                            └─ agreement of bag and whole image (sweep)
/// </code>
/// Memory holds a batch of patches, then the test vectors of one space and bag, and for the linear probe the train vectors of it too.
/// </remarks>
public static class EvaluationRun
{
    /// <summary>Settings of weighted kNN that are usually published; k is clipped to the bank.</summary>
    public static IReadOnlyList<KnnSetting> PublishedNeighbours { get; } = [new(200, .1), new(20, .07)];

    /// <exception cref="JobFailedException">The dataset, the model or the question cannot be used.</exception>
    public static EvaluationResult Run(EvaluationSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel)
    {
        reporter.Started(runtime.Summary, runtime.Versions);
        try
        {
            using var store = ImageStore.Open(spec.DatasetDirectory);
            var split = EvaluationSplit.Of(store, spec.Split, spec.Seed, spec.Kind, spec.Neighbours);
            var info = CheckpointFile.ReadInfo(spec.CheckpointPath);
            using var encoder = Encoder.Load(spec.CheckpointPath, runtime);
            var plan = PatchPlan.Of(spec, encoder.Spec.PatchScale, info.RecipeJson);
            return new Measuring(spec, store, split, plan, runtime, reporter, cancel).Run(encoder, info);
        }
        catch (InvalidDataException error)
        {
            throw new JobFailedException(error.Message, error);
        }
    }

    private sealed class Measuring
    {
        private readonly EvaluationSpec _spec;
        private readonly ImageStore _store;
        private readonly EvaluationSplit _split;
        private readonly PatchPlan _plan;
        private readonly TorchRuntime _runtime;
        private readonly IJobReporter _reporter;
        private readonly CancellationToken _cancel;
        private readonly VectorSpace[] _spaces;
        private readonly KnnSetting[] _settings;
        private readonly Classifiers _classifiers;
        private readonly List<Answers> _answers = [];
        private readonly List<BagAgreement> _agreement = [];
        private readonly long _total;
        private long _done;
        private int _epochs;

        public Measuring(
            EvaluationSpec spec, ImageStore store, EvaluationSplit split, PatchPlan plan, TorchRuntime runtime, IJobReporter reporter, CancellationToken cancel)
        {
            (_spec, _store, _split, _plan, _runtime, _reporter, _cancel) = (spec, store, split, plan, runtime, reporter, cancel);
            _spaces = [.. spec.Vectors.Distinct()];
            _settings = [.. (spec.Neighbours ?? PublishedNeighbours).Select(s => s with { K = Math.Min(s.K, split.Train.Length) })];
            _classifiers = new Classifiers(split, _settings, spec.Seed, runtime.Device);
            var sets = _spaces.Length * plan.Bags.Count;
            var probes = spec.Kind == EvaluationKind.Knn ? 0 : spec.Baselines ? (2 * sets) + 1 : sets;
            _total = ((spec.Baselines ? 3L : 1) * split.All.Length) + ((long)probes * split.Train.Length);
        }

        public EvaluationResult Run(Encoder encoder, CheckpointInfo info)
        {
            if (_spaces.Length == 0) throw new JobFailedException("An evaluation needs a choice of vectors: embedding, hidden or projection.");
            if (_spaces.Except(encoder.Spaces).ToArray() is [var missing, ..])
                throw new JobFailedException($"The model gives no {missing.ToString().ToLowerInvariant()} vectors: it is an encoder without a projector.");
            using (var features = Encode(encoder))
            {
                Measure(Readings.Model, features);
                if (_spec.Kind == EvaluationKind.Sweep) Agree(features);
            }
            if (_spec.Baselines)
            {
                using (var pixels = RawPixels.Encode(_store, _split, encoder.Spec.InputSize, Done, _cancel)) Measure("raw pixels", pixels);
                using var blank = Encoder.Untrained(encoder.Spec, _runtime, _spec.Seed);
                using var features = Encode(blank);
                Measure("untrained encoder", features);
            }
            var protocol = ProtocolText.Of(_spec, _split, _plan, _spaces, _settings, encoder, _runtime);
            var reading = Readings.Of(_store, _split, _spec.TrainedOn, _answers);
            foreach (var line in ProtocolText.Lines(reading, _split.Test.Length)) _reporter.Log(JobLogLevel.Information, line);
            return new EvaluationResult(
                [.. _answers.Select(a => a.Score)], _agreement, _split.Train.Length, _split.Test.Length, protocol, encoder.Sha256, info.Cost, reading);
        }

        private BagFiles Encode(Encoder encoder) =>
            new BagEncoder(_store, _plan, encoder, _spaces, _runtime.Device).Encode(_split.All, Done, _cancel);

        private void Measure(string of, BagFiles features)
        {
            foreach (var set in features.Sets)
            {
                var first = _answers.Count;
                if (_spec.Kind != EvaluationKind.Linear) _answers.AddRange(_classifiers.Knn(of, set, _cancel));
                if (_spec.Kind != EvaluationKind.Knn) _answers.Add(_classifiers.Linear(of, set, EpochDone, _cancel));
                foreach (var (score, _, _) in _answers.Skip(first)) _reporter.Log(JobLogLevel.Information, ProtocolText.Line(score, _split.Test.Length));
            }
        }

        private void Agree(BagFiles features)
        {
            foreach (var space in _spaces)
            {
                foreach (var bag in _plan.Bags.Where(b => b.Name != PatchPlan.Whole))
                {
                    _agreement.Add(_classifiers.Agreement(
                        space, bag.Name, features.Find(space, PatchPlan.Whole), features.Find(space, bag.Name)));
                }
            }
        }

        private void Done(int images) => _reporter.Progress(_done += images, _total, "images");

        /// <summary>A probe counts as one more pass over the train images, however many its epochs.</summary>
        private void EpochDone()
        {
            _epochs = (_epochs + 1) % LinearProbe.EpochsInAll;
            if (_epochs == 0) Done(_split.Train.Length);
            else _reporter.Progress(_done + ((long)_split.Train.Length * _epochs / LinearProbe.EpochsInAll), _total, "images");
        }
    }
}
