using PatchSsl.Core.Objectives;
using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PatchSsl.Core.Explain.ClosedForm;

/// <summary>Trains one vector a symbol on sampled pairs with the <see cref="Spectral"/> objective that runs train networks with.</summary>
/// <remarks>
/// A batch is B images of two patches each: pairs (i,j) drawn from p(i,j) independently, so that the objective's mean over different images is over
/// p(i) p(j). What is stored is √p(i) z_i: rare symbols have few samples and long vectors, and this lets all of them learn at one pace. Those with fewer than
/// 16 pairs a batch learn more slowly, since a batch that happens to hold several would throw them far off. SGD with momentum, the rate falling to 0 by half a cosine, so that the noise of sampling averages out.
/// </remarks>
internal sealed class TableTraining : IDisposable
{
    /// <summary>B, pairs a step.</summary>
    public const int Pairs = 1024;

    /// <summary>Pairs a batch from which on a symbol learns at full pace.</summary>
    private const double Enough = 16;

    private const double Rate = .02, Momentum = .9, FirstDeviation = .1;

    private readonly Spectral _objective = new();
    private readonly CosineSchedule _schedule;
    private readonly double[] _upTo;
    private readonly Tensor _length;
    private readonly Parameter _table;
    private readonly Lars _optimiser;
    private readonly long[] _drawn = new long[2 * Pairs];
    private readonly long _seed;
    private readonly bool _shuffled;

    /// <param name="shuffled">The control: the second patches of a batch change places, so that no pair is of one image but by chance.</param>
    public TableTraining(JointDistribution joint, int dimension, int steps, long seed, bool shuffled)
    {
        (_seed, _shuffled, _schedule) = (seed, shuffled, new CosineSchedule(Rate, steps));
        var sum = 0.0;
        _upTo = [.. joint.Rows.SelectMany(row => row).Select(p => sum += p)];
        _length = tensor(joint.Marginals.Select(p => Math.Sqrt(Math.Min(1 / p, Pairs / Enough))).ToArray()).unsqueeze(1);         // (n, 1)
        using var generator = new CounterRandom(seed, "closed form table", 0).Generator();
        _table = new Parameter(empty([joint.Symbols, dimension], dtype: float64).normal_(0, FirstDeviation, generator));
        _optimiser = new Lars([("table", _table)], new LarsOptions { Adaptive = false, Momentum = Momentum, WeightDecay = 0 });
    }

    /// <summary>One step; returns the batch's loss.</summary>
    public double Step(long step)
    {
        using var scope = NewDisposeScope();
        Draw(step);
        var z = (_table * _length).index_select(0, tensor(_drawn)).view(2, Pairs, -1);     // (V=2, B, D)
        var value = _objective.Compute(z);
        value.Total.backward();
        _optimiser.Step(_schedule.At(step));
        _optimiser.ZeroGrad();
        return value.Total.item<double>();
    }

    /// <summary>z_i·z_j, n × n.</summary>
    public double[][] Products()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var z = _table * _length;                                                         // (n, D)
        return Matrices.Of(z.mm(z.t()));
    }

    public void Dispose()
    {
        _optimiser.Dispose();
        _table.Dispose();
        _length.Dispose();
    }

    /// <summary>First patches, then second ones.</summary>
    private void Draw(long step)
    {
        var random = new CounterRandom(_seed, "closed form pairs", step);
        var symbols = (int)_length.shape[0];
        for (var b = 0; b < Pairs; b++)
        {
            var found = Array.BinarySearch(_upTo, random.NextDouble() * _upTo[^1]);
            // A draw that hits a bound belongs to the next cell; cells of probability 0 share their bound with the one before and are never drawn.
            var cell = found < 0 ? ~found : Next(found);
            (_drawn[b], _drawn[Pairs + b]) = Math.DivRem((long)cell, symbols);
        }
        if (_shuffled) new CounterRandom(_seed, "closed form shuffle", step).Shuffle(_drawn.AsSpan(Pairs));
    }

    private int Next(int hit)
    {
        var bound = _upTo[hit];
        while (hit < _upTo.Length - 1 && _upTo[hit] <= bound) hit++;
        return hit;
    }
}
