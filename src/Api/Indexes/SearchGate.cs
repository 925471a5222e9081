using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Indexes;

/// <summary>Lets a few scans run at a time, since each one uses every core, and refuses what would wait too long.</summary>
public sealed class SearchGate(LimitsOptions limits) : IDisposable
{
    private const int AtOnce = 2;
    private readonly SemaphoreSlim _free = new(AtOnce);
    private int _inside;

    /// <exception cref="ProblemException">503: too many searches wait.</exception>
    public async Task<T> RunAsync<T>(Func<T> scan, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _inside) > limits.SearchQueue + AtOnce)
                throw new ProblemException(Problems.Unavailable($"{limits.SearchQueue} searches wait already.", "queue_full"));
            await _free.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(scan, cancellationToken);
            }
            finally
            {
                _free.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    public void Dispose() => _free.Dispose();
}
