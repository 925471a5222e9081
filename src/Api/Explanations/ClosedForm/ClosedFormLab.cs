using PatchSsl.Api.Hosting;
using PatchSsl.Api.Torch;
using PatchSsl.Core.Explain.ClosedForm;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Explanations.ClosedForm;

/// <summary>Runs closed-form experiments in this process: they take seconds on one core, and only so many run at once. libtorch is loaded with the first.</summary>
public sealed class ClosedFormLab(TorchLoader torch) : IDisposable
{
    /// <summary>Experiments at a time.</summary>
    public const int AtOnce = 2;

    private const int RetryAfterSeconds = 3;
    private readonly SemaphoreSlim _free = new(AtOnce);

    /// <summary>A place was given back.</summary>
    public event Action? Freed;

    /// <summary>Takes a place and loads libtorch; disposing gives the place back.</summary>
    /// <exception cref="ProblemException">503: every place is taken, or there is no libtorch.</exception>
    public async Task<IDisposable> EnterAsync()
    {
        if (!_free.Wait(0))
            throw new ProblemException(Problems.Unavailable($"{AtOnce} closed-form experiments run already; one takes seconds.", "queue_full", RetryAfterSeconds));
        var place = new Place(this);
        try
        {
            await Task.Run(torch.Start);
            return place;
        }
        catch (TorchUnavailableException e)
        {
            place.Dispose();
            throw new ProblemException(Problems.Unavailable(e.Message, "torch", 30));
        }
    }

    /// <summary>Runs an experiment in a place that was taken.</summary>
    /// <param name="begin">Told the theory before it trains, on another thread.</param>
    /// <param name="show">Told the frames, on another thread.</param>
    public Task<ClosedFormResult> RunAsync(
        ClosedFormSpec spec, Action<SpectralTheory>? begin, Action<ClosedFormFrame>? show, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            begin?.Invoke(SpectralTheory.Of(spec.Joint, spec.Dimension));
            try
            {
                return ClosedFormRun.Run(spec, show, cancellationToken);
            }
            catch (ArithmeticException e)
            {
                throw new ProblemException(Problems.Unprocessable(e.Message, "diverged", new Dictionary<string, string[]> { ["joint"] = [e.Message] }));
            }
        },
        cancellationToken);

    public void Dispose() => _free.Dispose();

    private void Leave()
    {
        _free.Release();
        Freed?.Invoke();
    }

    private sealed class Place(ClosedFormLab lab) : IDisposable
    {
        public void Dispose() => lab.Leave();
    }
}
