namespace PatchSsl.Core.Images.Scenes;

/// <summary>Which scenes are generated.</summary>
public enum SceneSet
{
    /// <summary>Classes are mixtures of four kinds of part, and colours lean towards classes.</summary>
    Mixtures,

    /// <summary>A class is a kind of part, which recurs in every colour, size and turn.</summary>
    Kinds,
}
