using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Evaluation;

/// <summary>Linear classifiers: for each of S seeds and R learning rates one, side by side.</summary>
/// <param name="Weights">(S, D, R·C).</param>
/// <param name="Bias">(S, 1, R·C).</param>
internal sealed record SoftmaxWeights(Tensor Weights, Tensor Bias) : IDisposable
{
    public void Dispose()
    {
        Weights.Dispose();
        Bias.Dispose();
    }
}

/// <summary>Softmax regression by SGD with momentum .9 and a cosine to 0, without weight decay.</summary>
/// <remarks>
/// Classifiers of one seed see the same batches, so those of all rates are one product; those of several seeds are one batched product. The
/// gradient is written out: it is one product more.
/// <code>
/// X (S,b,D) · W (S,D,R·C) + bias ─ softmax over C ─ less one-hot (S,b,R·C) ─ Xᵀ · (S,D,R·C)
/// </code>
/// Orders and first weights are drawn by counter from the seed, the number of the classifier and the epoch.
/// </remarks>
internal sealed class SoftmaxTraining(Tensor x, Tensor y, int classes, long seed, Action epochDone, CancellationToken cancel)
{
    public const int Epochs = 100;
    private const double Momentum = .9;
    private const double FirstDeviation = .01;

    /// <summary>Multiplications of a step below which a second core costs more in waiting than it takes over.</summary>
    private const long WorthSharing = 4 << 20;

    /// <summary>Rows measured at a time.</summary>
    private const int MeasuredAtOnce = 4096;

    /// <param name="rows">Rows of x that are trained on.</param>
    /// <param name="seeds">S, classifiers that differ in order and first weights.</param>
    /// <param name="rates">R, tried beside each other.</param>
    public SoftmaxWeights Run(int[] rows, int seeds, double[] rates)
    {
        using var scope = NewDisposeScope();
        var (dim, outputs) = (x.shape[1], (long)rates.Length * classes);
        var weights = FirstWeights(seeds, rates.Length);                                // (S, D, R·C)
        var bias = zeros([seeds, 1, outputs], device: x.device);                        // (S, 1, R·C)
        var (weightSpeed, biasSpeed) = (zeros_like(weights), zeros_like(bias));
        var rate = tensor(rates, ScalarType.Float32, x.device).repeat_interleave(classes);                   // (R·C)
        var batch = LinearProbe.BatchSize(rows.Length);
        using var alone = new OneThread(x.device_type == TorchSharp.DeviceType.CPU && seeds * batch * dim * outputs < WorthSharing);
        var schedule = new CosineSchedule(1, (long)Epochs * ((rows.Length + batch - 1) / batch));
        for (long epoch = 0, step = 0; epoch < Epochs; epoch++)
        {
            cancel.ThrowIfCancellationRequested();
            using var ofEpoch = NewDisposeScope();
            var order = Orders(rows, seeds, epoch);                                     // (S, n)
            for (var first = 0; first < rows.Length; first += batch, step++)
            {
                using var ofStep = NewDisposeScope();
                var count = Math.Min(batch, rows.Length - first);
                var which = order.narrow(1, first, count).flatten();                    // (S·b)
                var some = x.index_select(0, which).view(seeds, count, dim);            // (S, b, D)
                var labels = nn.functional.one_hot(y.index_select(0, which), classes).to(ScalarType.Float32);
                var error = some.bmm(weights).add_(bias).view(seeds, count, rates.Length, classes).softmax(-1)
                    .sub_(labels.view(seeds, count, 1, classes)).div_(count).view(seeds, count, outputs);    // (S, b, R·C)
                weightSpeed.mul_(Momentum).add_(some.transpose(1, 2).bmm(error));       // (S, D, R·C)
                biasSpeed.mul_(Momentum).add_(error.sum(1, keepdim: true));             // (S, 1, R·C)
                var part = schedule.At(step);
                weights.addcmul_(weightSpeed, rate, -part);
                bias.addcmul_(biasSpeed, rate, -part);
            }
            epochDone();
        }
        return new SoftmaxWeights(weights.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }

    /// <summary>Right answers and mean cross-entropy of each rate of the first seed.</summary>
    public (long[] Right, double[] Loss) Measure(SoftmaxWeights fitted, int[] rows)
    {
        using var scope = NewDisposeScope();
        var rates = (int)(fitted.Bias.shape[2] / classes);
        var right = zeros(rates, ScalarType.Int64, x.device);
        var loss = zeros(rates, ScalarType.Float64, x.device);
        foreach (var some in rows.Chunk(MeasuredAtOnce))
        {
            using var step = NewDisposeScope();
            var which = tensor(Array.ConvertAll(some, i => (long)i), device: x.device);
            var labels = y.index_select(0, which).view(-1, 1);                          // (b, 1)
            var logits = x.index_select(0, which).mm(fitted.Weights[0]).add_(fitted.Bias[0]).view(-1, rates, classes);         // (b, R, C)
            // The dimension by name: a plain 0 would be taken for a scalar type.
            right.add_(logits.argmax(-1).eq(labels).sum(dim: 0));
            var own = logits.log_softmax(-1).gather(2, labels.unsqueeze(1).expand(-1, rates, 1));            // (b, R, 1)
            loss.sub_(own.squeeze(2).to(ScalarType.Float64).sum(dim: 0));
        }
        return (right.to(CPU).data<long>().ToArray(), loss.div_(rows.Length).to(CPU).data<double>().ToArray());
    }

    private Tensor FirstWeights(int seeds, int rates)
    {
        using var scope = NewDisposeScope();
        var drawn = new List<Tensor>();
        for (var s = 0; s < seeds; s++)
        {
            using var generator = new CounterRandom(seed, "probe weights", s).Generator();
            // On the CPU, and the same at every rate.
            drawn.Add(empty([x.shape[1], classes]).normal_(0, FirstDeviation, generator).repeat(1, rates));
        }
        return stack(drawn).to(x.device).MoveToOuterDisposeScope();                     // (S, D, R·C)
    }

    private Tensor Orders(int[] rows, int seeds, long epoch)
    {
        var orders = new long[seeds * rows.Length];
        for (var s = 0; s < seeds; s++)
        {
            var order = orders.AsSpan(s * rows.Length, rows.Length);
            for (var i = 0; i < rows.Length; i++) order[i] = rows[i];
            new CounterRandom(seed, $"probe order {s}", epoch).Shuffle(order);
        }
        return tensor(orders, device: x.device).view(seeds, rows.Length);
    }

    /// <summary>Small products on the calling thread alone, for as long as this lives.</summary>
    private readonly struct OneThread : IDisposable
    {
        private readonly int _before;

        public OneThread(bool wanted)
        {
            _before = get_num_threads();
            if (wanted) set_num_threads(1);
        }

        public void Dispose()
        {
            if (get_num_threads() != _before) set_num_threads(_before);
        }
    }
}
