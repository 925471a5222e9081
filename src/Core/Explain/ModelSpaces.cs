using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;

namespace PatchSsl.Core.Explain;

/// <summary>The spaces an explanation asks for against those a model gives.</summary>
internal static class ModelSpaces
{
    /// <exception cref="JobFailedException">None is asked for, or one that the model does not give.</exception>
    public static void Check(IReadOnlyList<VectorSpace> given, IReadOnlyList<VectorSpace> asked)
    {
        if (asked.Count == 0) throw new JobFailedException("A choice of vectors is needed: embedding, hidden or projection.");
        if (asked.Except(given).ToArray() is [var missing, ..])
            throw new JobFailedException($"The model gives no {missing.ToString().ToLowerInvariant()} vectors: it is an encoder without a projector.");
    }
}
