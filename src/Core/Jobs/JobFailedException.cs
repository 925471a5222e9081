namespace PatchSsl.Core.Jobs;

/// <summary>An expected end of a job: the input cannot be used, or the work cannot go on. The message is for the person who asked.</summary>
public sealed class JobFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The end of a job whose model gives vectors that are not finite.</summary>
    public static JobFailedException Diverged(Exception? inner = null) =>
        new("The model gives NaN or infinite vectors: its training has diverged.", inner);
}
