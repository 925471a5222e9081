using PatchSsl.Core.Embedding;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Core.Explain.Cooccurrence;

/// <summary>One measurement, from the images to the figures.</summary>
internal sealed class CooccurrenceMeasuring
{
    private readonly CooccurrenceSpec _spec;
    private readonly CooccurrenceOptions _options;
    private readonly CooccurrencePlan _plan;
    private readonly Encoder _encoder;
    private readonly IJobReporter _reporter;
    private readonly CancellationToken _cancel;
    private readonly CodedPatches _patches;
    private readonly int[] _train, _heldOut;
    private readonly long _total;
    private long _done;

    public CooccurrenceMeasuring(CooccurrenceSpec spec, ImageStore store, CooccurrencePlan plan, Encoder encoder, IJobReporter reporter, CancellationToken cancel)
    {
        (_spec, _options, _plan, _encoder, _reporter, _cancel) = (spec, spec.Options, plan, encoder, reporter, cancel);
        _patches = new CodedPatches(store, _options, encoder.Spec.PatchScale, spec.Seed);
        (_train, _heldOut) = plan.Draw(store, spec.Seed);
        _total = _train.Length + _heldOut.Length + ((long)CooccurrenceRun.Resamples * Measures.Count);
    }

    private int PerImage => _options.PatchesPerImage;

    private IReadOnlyList<ProductMeasure> Measures => _encoder.Spec.HasProjector
        ? [new(VectorSpace.Embedding, true), new(VectorSpace.Projection, true), new(VectorSpace.Projection, false)]
        : [new(VectorSpace.Embedding, true), new(VectorSpace.Embedding, false)];

    public CooccurrenceResult Run(string? objective, TorchRuntime runtime)
    {
        // :: Step 1: codes
        using var book = Codebook.Of(
            _patches, [.. _train.Take(Codebook.SamplePatches / PerImage).SelectMany(_patches.Of)], _options, _spec.Seed, _cancel);
        _reporter.Log(JobLogLevel.Information, FormattableString.Invariant(
            $"{_options.Codes} codes after {book.Fit.Iterations} iterations of k-means; {book.Fit.ExplainedVariance:P1} of the whitened variance lies between them, {book.Fit.Reseeded} empty centres were reseeded."));

        // :: Step 2: pairs on training images, and the controls
        var examples = new ExamplePatches(_options.Codes);
        var trainCodes = CodeTraining(book, examples);
        var counts = PairCounts.Of(trainCodes, PerImage, _options.Codes);
        PairCounts[] controls =
            [.. Enumerable.Range(0, CooccurrenceRun.Controls).Select(c => PairCounts.Shuffled(trainCodes, PerImage, _options.Codes, _spec.Seed, c))];

        // :: Step 3: codes and vectors of held-out images
        var (codes, vectors) = Embed(book);
        var holders = Enumerable.Range(0, _options.Codes).Select(_ => new HashSet<int>()).ToArray();
        for (var p = 0; p < codes.Length; p++) holders[codes[p]].Add(p / PerImage);
        var table = CellTable.Of(counts, controls, holders, _options.MinPairs);
        if (table.Cells.Count < CellFit.FewestCells)
        {
            throw new JobFailedException(FormattableString.Invariant(
                $"Only {table.Cells.Count} pairs of codes can be compared; {table.TooFew} were left out with fewer than {_options.MinPairs} pairs expected among the {counts.Pairs} counted. Count on more images, or choose fewer codes or a smaller minPairs."));
        }

        // :: Step 4: products, against the ratios
        var (means, same, fits) = Compare(vectors, codes, table);
        var protocol = CooccurrenceText.Protocol(_spec, _plan, _encoder, counts, table, book.Fit, runtime);
        foreach (var fit in fits.Where(f => f.Against == FitAgainst.Ratio && f.Cells == FitCells.All))
            _reporter.Log(JobLogLevel.Information, CooccurrenceText.Line(Measures[fit.Measure], fit));
        return new CooccurrenceResult(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(_spec.DatasetDirectory)), Measures, Codes(counts, trainCodes, codes, examples), fits, Cells(table, counts, controls[0], means, same), table.Cells.Count,
            table.TooFew, table.Unmeasured, table.NeverSeen, _train.Length, _heldOut.Length, counts.Pairs, _encoder.Spec.PatchScale, book.Fit, objective,
            protocol, _encoder.Sha256);
    }

    private int[] CodeTraining(Codebook book, ExamplePatches examples)
    {
        var codes = new int[_train.Length * PerImage];
        var together = Math.Max(1, 2048 / PerImage);
        for (var first = 0; first < _train.Length; first += together)
        {
            _cancel.ThrowIfCancellationRequested();
            var images = _train[first..Math.Min(first + together, _train.Length)];
            PatchSource[] patches = [.. images.SelectMany(_patches.Of)];
            using var pixels = _patches.Pixels(patches);
            var (some, distances) = book.Code(pixels);
            some.CopyTo(codes, first * PerImage);
            for (var p = 0; p < some.Length; p++) examples.Offer(some[p], distances[p], images[p / PerImage], patches[p]);
            Done(images.Length);
        }
        return codes;
    }

    /// <returns>Codes of the held-out patches, and their vectors in each space that is measured.</returns>
    private (int[] Codes, Dictionary<VectorSpace, float[]> Vectors) Embed(Codebook book)
    {
        var codes = new int[_heldOut.Length * PerImage];
        var vectors = Measures.Select(m => m.Vectors).Distinct().ToDictionary(s => s, s => new float[codes.Length * _encoder.Dim(s)]);
        var together = Math.Max(1, _encoder.BatchSize / PerImage);
        for (var first = 0; first < _heldOut.Length; first += together)
        {
            _cancel.ThrowIfCancellationRequested();
            var images = _heldOut[first..Math.Min(first + together, _heldOut.Length)];
            PatchSource[] patches = [.. images.SelectMany(_patches.Of)];
            using var pixels = _patches.Pixels(patches);
            book.Code(pixels).Codes.CopyTo(codes, first * PerImage);
            var all = _encoder.EmbedAll(patches);
            foreach (var (space, kept) in vectors)
            {
                var some = space == VectorSpace.Embedding ? all.Embedding : all.Projection;
                if (!Array.TrueForAll(some, float.IsFinite))
                    throw JobFailedException.Diverged();
                some.CopyTo(kept, first * PerImage * _encoder.Dim(space));
            }
            Done(images.Length);
        }
        return (codes, vectors);
    }

    private (List<double[]> Means, List<double[]> Same, List<CooccurrenceFit> Fits) Compare(
        Dictionary<VectorSpace, float[]> vectors, int[] codes, CellTable table)
    {
        int[][] drawn = [Enumerable.Repeat(1, _heldOut.Length).ToArray(), .. Enumerable.Range(0, CooccurrenceRun.Resamples).Select(Resample)];
        var (means, same, fits) = (new List<double[]>(), new List<double[]>(), new List<CooccurrenceFit>());
        for (var m = 0; m < Measures.Count; m++)
        {
            var (space, unit) = Measures[m];
            var (dim, values) = (_encoder.Dim(space), vectors[space]);
            if (unit) UnitRows.Scale(values = (float[])values.Clone(), dim);
            var products = new CodeProducts(values, dim, codes, PerImage, _options.Codes);
            var all = new List<double[]>();
            foreach (var mean in products.Means(drawn))
            {
                _cancel.ThrowIfCancellationRequested();
                all.Add(mean);
                if (all.Count > 1) Done(1);
            }
            means.Add(all[0]);
            same.Add(products.SameImage());
            fits.AddRange(table.Fits(m, all, _options.Codes));
        }
        return (means, same, fits);
    }

    /// <summary>As many images as there are, drawn with replacement.</summary>
    private int[] Resample(int number)
    {
        var random = new CounterRandom(_spec.Seed, "cooccurrence bootstrap", number);
        var drawn = new int[_heldOut.Length];
        for (var i = 0; i < drawn.Length; i++) drawn[random.NextInt(drawn.Length)]++;
        return drawn;
    }

    private CodeCell[] Cells(CellTable table, PairCounts counts, PairCounts control, List<double[]> means, List<double[]> same)
    {
        return [.. table.Told(_spec.Seed).Select(i => table.Cells[i]).Select(c => new CodeCell(
            c.A, c.B, counts.Observed(c.A, c.B), counts.Expected(c.A, c.B), counts.Ratio(c.A, c.B), control.Ratio(c.A, c.B),
            [.. means.Select(m => m[Place(c)])], [.. same.Select(m => double.IsNaN(m[Place(c)]) ? null : (double?)m[Place(c)])]))];

        int Place((int A, int B) cell) => (cell.A * _options.Codes) + cell.B;
    }

    private static PatchCode[] Codes(PairCounts counts, int[] train, int[] heldOut, ExamplePatches examples)
    {
        var (counted, measured) = (new long[counts.Codes], new long[counts.Codes]);
        foreach (var code in train) counted[code]++;
        foreach (var code in heldOut) measured[code]++;
        return [.. Enumerable.Range(0, counts.Codes).Select(c => new PatchCode(counted[c], measured[c], examples.Of(c)))];
    }

    private void Done(int more) => _reporter.Progress(_done += more, _total, "steps");
}
