using PatchSsl.Client;

namespace PatchSsl.Web.Pages.Neighbours;

/// <summary>The newest answer to a question that is asked again only when it changes.</summary>
public sealed class Answer<T> where T : class
{
    private object? _answered;

    /// <summary>It is on its way; until then <see cref="Value"/> is of the question before.</summary>
    public bool Busy { get; private set; }

    /// <summary>Null before the first answer and after a failure.</summary>
    public T? Value { get; private set; }

    public string? Error { get; private set; }

    /// <summary>Asks, unless this is what was answered last. A question that is overtaken changes nothing.</summary>
    /// <param name="question">Equal for equal questions.</param>
    /// <param name="changed">Called once there is an answer or a failure to show.</param>
    public async Task AskAsync(object question, Func<CancellationToken, Task<T>> ask, Action changed, CancellationToken cancellationToken)
    {
        if (question.Equals(_answered))
        {
            Busy = false;
            return;
        }
        (Busy, Error) = (true, null);
        try
        {
            var value = await ask(cancellationToken);
            if (cancellationToken.IsCancellationRequested) return;
            (Value, _answered) = (value, question);
        }
        catch (ApiException e)
        {
            if (cancellationToken.IsCancellationRequested) return;
            (Value, _answered, Error) = (null, null, e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // overtaken by a newer question
        }
        Busy = false;
        changed();
    }

    /// <summary>Forgets what it holds.</summary>
    public void Clear() => (Value, _answered, Error, Busy) = (null, null, null, false);
}
