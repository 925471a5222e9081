namespace PatchSsl.Core.Images.Scenes;

/// <summary>A generated scene.</summary>
/// <param name="Rgb">(size, size, 3).</param>
public sealed record Scene(string Name, string Class, string Split, byte[] Rgb);

/// <summary>Labelled procedural scenes that need no network, in two sets: what a set's classes are is told at its own type.</summary>
/// <remarks>Every fifth scene is for testing. The same set, size and seed give the same bytes on every machine.</remarks>
public static class SceneGenerator
{
    /// <summary>Names of a set's classes. Sorted, so that a class's number is its place here.</summary>
    public static IReadOnlyList<string> Classes(SceneSet set) => set == SceneSet.Kinds ? KindScenes.Classes : MixtureScenes.Classes;

    /// <summary>Scene number <paramref name="ordinal"/> of a set.</summary>
    public static Scene Render(GeneratedSpec spec, int ordinal)
    {
        var classes = Classes(spec.Scenes);
        var label = Label(spec, ordinal);
        var split = IsTest(ordinal) ? "test" : "train";
        var random = new SceneRandom(spec.Seed, ordinal);
        var rgb = spec.Scenes == SceneSet.Kinds ? KindScenes.Render(label, spec.Size, random) : MixtureScenes.Render(label, spec.Size, random);
        return new Scene($"{split}/{classes[label]}/{ordinal:D7}", classes[label], split, rgb);
    }

    /// <summary>Where the parts of scene number <paramref name="ordinal"/> lie.</summary>
    /// <exception cref="ArgumentException">The set is another: only the parts of <see cref="SceneSet.Kinds"/> are told.</exception>
    public static PartMap Parts(GeneratedSpec spec, int ordinal)
    {
        if (spec.Scenes != SceneSet.Kinds)
            throw new ArgumentException($"Parts of {SceneSet.Kinds} are told, not of {spec.Scenes}.", nameof(spec));
        return KindScenes.Parts(Label(spec, ordinal), spec.Size, new SceneRandom(spec.Seed, ordinal));
    }

    /// <summary>Whether a scene is for testing. Of nine classes every one gets its fifth, for 5 and 9 have no common factor.</summary>
    public static bool IsTest(int ordinal) => ordinal % 5 == 4;

    private static int Label(GeneratedSpec spec, int ordinal) => ordinal % Classes(spec.Scenes).Count;
}
