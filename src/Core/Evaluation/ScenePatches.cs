using PatchSsl.Core.Images.Scenes;
using PatchSsl.Core.Patches;

namespace PatchSsl.Core.Evaluation;

/// <summary>What the generator knows of the patches of its scenes.</summary>
public static class ScenePatches
{
    /// <summary>What every patch of a grid shows of its scene's parts: computed anew from the scenes' seed, so that no dataset has to carry it.</summary>
    /// <param name="spec">A set whose parts are told, stored at the size it was made in.</param>
    /// <param name="patchScale">Share of the image's area that a patch covers.</param>
    /// <returns>Rows as an index has them: image × patches an image + patch.</returns>
    /// <exception cref="ArgumentException">The set's parts are not told.</exception>
    public static PartView[] Of(GeneratedSpec spec, PatchGrid grid, double patchScale)
    {
        double side = spec.Size;
        var boxes = grid.Boxes(spec.Size, spec.Size, patchScale);
        var views = new PartView[spec.Images * boxes.Count];
        SceneGenerator.Parts(spec, 0); // refuses on this thread
        Parallel.For(0, spec.Images, image =>
        {
            var map = SceneGenerator.Parts(spec, image);
            for (var patch = 0; patch < boxes.Count; patch++)
            {
                var box = boxes[patch];
                views[image * boxes.Count + patch] = map.Look(box.X / side, box.Y / side, box.Width / side, box.Height / side);
            }
        });
        return views;
    }
}
