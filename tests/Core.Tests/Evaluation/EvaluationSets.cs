using PatchSsl.Core.Evaluation;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Images;

namespace PatchSsl.Core.Tests.Evaluation;

/// <summary>Tests that train linear probes run by themselves: a small probe takes the process's products to one thread for its time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProbeCollection
{
    public const string Name = "linear probes";
}

/// <summary>Image sets whose right answer is known, and evaluations of the small test model on them.</summary>
internal sealed class EvaluationSets : IDisposable
{
    private static readonly byte[][] Colours = [[200, 40, 40], [40, 200, 40], [40, 40, 200]];

    private readonly List<TemporaryFolder> _folders = [];

    public void Dispose() => _folders.ForEach(f => f.Dispose());

    public TemporaryFolder Folder()
    {
        _folders.Add(new TemporaryFolder());
        return _folders[^1];
    }

    /// <summary>Images of one colour a class, with a little noise.</summary>
    /// <param name="colour">Of an image: 0 to 2, or -1 for one without a label.</param>
    /// <param name="label">Of an image of a colour; by default its own.</param>
    public string Coloured(int count, Func<int, int> colour, Func<int, string> split, Func<int, int>? label = null, int noise = 24)
    {
        var noisy = TestModel.Noise();
        return TestModel.Store(
            Folder(), count,
            i => (colour(i) < 0 ? null : $"class{label?.Invoke(i) ?? colour(i)}", split(i), 20, 20),
            (i, x, y) => [.. noisy(i, x, y).Zip(Colours[Math.Max(0, colour(i))], (n, c) => (byte)(c + (n % noise)))]);
    }

    /// <summary>Grey images with a spot of the class's colour in one of two corners, and nothing else: no patch of the centre knows the class.</summary>
    public string ColouredCorners(int count) => TestModel.Store(
        Folder(), count, i => ($"class{i % 3}", SplitOf(i), 40, 40),
        (i, x, y) =>
        {
            var inside = i / 3 % 2 == 0 ? x < 9 && y < 9 : x >= 31 && y >= 31;
            return inside ? Colours[i % 3] : [128, 128, 128];
        });

    /// <summary>Images of one colour all over: every patch of an image looks like the image.</summary>
    public string Plain(int count) => TestModel.Store(
        Folder(), count, i => ($"class{i % 3}", SplitOf(i), 40, 40),
        (i, _, _) => [(byte)(Colours[i % 3][0] + (i % 7)), Colours[i % 3][1], Colours[i % 3][2]]);

    /// <summary>A part for testing, with every class and corner in it.</summary>
    public static string SplitOf(int i) => i / 12 % 4 == 0 ? "test" : "train";

    public EvaluationResult Run(EvaluationSpec spec, IJobReporter? reporter = null) =>
        EvaluationRun.Run(spec, TestModel.Runtime(), reporter ?? new Recorder(), TestContext.Current.CancellationToken);

    /// <summary>An evaluation of the small model: changed with <c>with</c> where a test wants another.</summary>
    public EvaluationSpec Spec(string store, EvaluationKind kind, VectorSpace space = VectorSpace.Embedding, int grid = 4, Action<SslModel>? spoil = null) =>
        new(store, TestModel.Save(Folder(), spoil), kind, [space], [new PatchGrid(grid)], PatchProtocol.Grid, null, new SplitChoice(), Seed: 5, Baselines: false);
}
