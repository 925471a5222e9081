namespace PatchSsl.Core.Models;

/// <summary>Which output of a model is taken.</summary>
public enum VectorSpace
{
    /// <summary>h: the encoder's output, F values.</summary>
    Embedding,

    /// <summary>First projector layer after ReLU.</summary>
    Hidden,

    /// <summary>z: the projector's output, D values.</summary>
    Projection,
}
