using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Embeddings;

/// <summary>The vectors of one image as they are answered.</summary>
/// <param name="Bag">Mean of the patch vectors as the model gives them; with normalize, scaled to unit length after averaging.</param>
/// <param name="Patches">A vector a patch; with normalize, of unit length. None where only the bag is asked for.</param>
public sealed record ImageVectors(int Dim, float[] Bag, IReadOnlyList<float[]> Patches)
{
    public static ImageVectors Of(EmbeddedUpload upload, EmbeddingQuestion question)
    {
        var count = upload.Boxes.Count;
        var dim = upload.Vectors.Length / count;
        var bag = Core.Embedding.Bag.Mean(upload.Vectors, dim);
        float[][] patches = question.Output == EmbeddingOutput.Bag ? [] : [.. Enumerable.Range(0, count).Select(i => upload.Vectors[(i * dim)..((i + 1) * dim)])];
        if (question.Normalize)
        {
            Normalize(bag);
            foreach (var patch in patches) Normalize(patch);
        }
        return new ImageVectors(dim, bag, patches);
    }

    /// <summary>To unit length; a vector of zeros stays, since it has no direction.</summary>
    private static void Normalize(float[] vector)
    {
        var squares = 0.0;
        foreach (var value in vector) squares += (double)value * value;
        if (squares == 0) return;
        var length = Math.Sqrt(squares);
        for (var d = 0; d < vector.Length; d++) vector[d] = (float)(vector[d] / length);
    }
}
