namespace PatchSsl.Api.Embeddings;

/// <summary>The vectors of one image as they are answered.</summary>
/// <param name="Bag">Mean of the patch vectors as the model gives them; with normalize, scaled to unit length after averaging.</param>
/// <param name="Patches">A vector a patch; with normalize, of unit length.</param>
public sealed record ImageVectors(int Dim, float[] Bag, IReadOnlyList<float[]> Patches)
{
    public static ImageVectors Of(EmbeddedUpload upload, EmbeddingQuestion question)
    {
        var dim = upload.Vectors.Length / upload.Boxes.Count;
        var patches = upload.Boxes.Select((_, i) => upload.Vectors[(i * dim)..((i + 1) * dim)]).ToList();
        var bag = new float[dim];
        for (var d = 0; d < dim; d++) bag[d] = patches.Sum(patch => patch[d]) / patches.Count;
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
        var length = Math.Sqrt(vector.Sum(v => (double)v * v));
        if (length == 0) return;
        for (var d = 0; d < vector.Length; d++) vector[d] = (float)(vector[d] / length);
    }
}
