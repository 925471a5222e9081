using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using TorchSharp;

namespace PatchSsl.Core.Evaluation;

/// <summary>One vector for each image of a split, train first: in one space, for one bag of patches.</summary>
/// <param name="Vectors">Null for raw pixels.</param>
/// <param name="Patches">Name of the bag.</param>
internal sealed record FeatureSet(VectorSpace? Vectors, string Patches, FeatureFile File);

/// <summary>Vectors of all images of a split, for every space and bag that is measured. Owns their files.</summary>
internal sealed class BagFiles : IDisposable
{
    private readonly List<FeatureSet> _sets = [];

    public IReadOnlyList<FeatureSet> Sets => _sets;

    /// <summary>Builds them, and leaves no file behind where that fails.</summary>
    public static BagFiles Build(Action<BagFiles> fill)
    {
        var features = new BagFiles();
        try
        {
            fill(features);
            return features;
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    public FeatureFile Add(VectorSpace? space, string patches, int rows, int dim)
    {
        var file = new FeatureFile(rows, dim);
        _sets.Add(new FeatureSet(space, patches, file));
        return file;
    }

    public FeatureFile Find(VectorSpace space, string patches) => _sets.Single(s => s.Vectors == space && s.Patches == patches).File;

    /// <summary>Brings a tensor to the host.</summary>
    /// <exception cref="JobFailedException">A value is not finite.</exception>
    public static float[] Finite(torch.Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        var onHost = values.to(torch.CPU).contiguous().data<float>().ToArray();
        return Array.TrueForAll(onHost, float.IsFinite)
            ? onHost
            : throw JobFailedException.Diverged();
    }

    public void Dispose()
    {
        foreach (var set in _sets) set.File.Dispose();
    }
}
