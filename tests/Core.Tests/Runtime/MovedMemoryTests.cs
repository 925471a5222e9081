using System.Security.Cryptography;
using System.Text.Json;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Explain.ClosedForm;
using PatchSsl.Core.Explain.Cooccurrence;
using PatchSsl.Core.Images;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Recipes;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Evaluation;
using PatchSsl.Core.Tests.Images;
using PatchSsl.Core.Tests.Training;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Runtime;

/// <summary>The same inputs give the same bytes wherever in memory they lie.</summary>
/// <remarks>Without <c>MKL_CBWR</c> this fails on some processors only: on one with AVX2 alone 11 times of 12, on one with AVX-512 never.</remarks>
public sealed class MovedMemoryTests : IDisposable
{
    /// <summary>A line of the cache, the most that any kernel's alignment is about.</summary>
    private const int LineBytes = 64;

    private readonly TrainingFixture _training = new();
    private readonly EvaluationSets _sets = new();

    public static TheoryData<string> Recipes => [.. RecipeCatalog.All.Select(r => r.Name)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _training.Dispose();
        _sets.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Products_and_decompositions_do_not_depend_on_where_their_matrices_lie(ScalarType type)
    {
        TestModel.Runtime();
        using var scope = NewDisposeScope();
        foreach (var (rows, inner, columns) in new[] { (8, 8, 8), (13, 7, 5), (48, 27, 9), (64, 100, 33), (1, 512, 200), (200, 192, 16) })
        {
            var generator = new CounterRandom(1, "moved", rows).Generator();
            var (a, b) = (rand([rows, inner], type, generator: generator), rand([inner, columns], type, generator: generator));
            Same($"{rows} × {inner} × {columns}", at => at(a).mm(at(b)), a.element_size());
            Same($"{inner} × {rows} × {inner}", at => at(a).t().mm(at(a)), a.element_size());
            Same($"{rows} × {inner} by a vector", at => at(a).mv(at(b.select(1, 0).contiguous())), a.element_size());
            Same($"eigenvectors of {inner}", at => linalg.eigh(at(a.t().mm(a))).Item2, a.element_size());
            Same($"singular values of {rows} × {inner}", at => linalg.svdvals(at(a)), a.element_size());
            Same($"sum of {rows} × {inner}", at => at(a).sum(), a.element_size());
        }
    }

    [Fact]
    public void A_report_on_co_occurrence_does_not_depend_on_it()
    {
        var store = _sets.Coloured(48, i => i % 3, i => i / 3 % 4 == 0 ? "test" : "train");
        var spec = new CooccurrenceSpec(store, TestModel.Save(_sets.Folder()), new() { PatchesPerImage = 4, Codes = 6, PixelSide = 4, MinPairs = 2 }, Seed: 5);
        MovedMemory.GivesTheSame(() => JsonSerializer.Serialize(CooccurrenceRun.Run(spec, TestModel.Runtime(), new Recorder(), Cancel)));
    }

    [Fact]
    public void The_closed_form_does_not_depend_on_it()
    {
        var preset = JointPresets.Find("clusters")!;
        var spec = new ClosedFormSpec(preset.Make(preset.Symbols), 4, Steps: 30, Seed: 7);
        MovedMemory.GivesTheSame(() => JsonSerializer.Serialize(ClosedFormRun.Run(spec, null, Cancel)));
    }

    [Theory, MemberData(nameof(Recipes))]
    public void What_a_recipe_trains_does_not_depend_on_it(string name)
    {
        const int steps = 3;
        var small = TrainingFixture.Recipe;
        var recipe = RecipeCatalog.Find(name)!.Recipe with
        {
            Depth = small.Depth,
            Width = small.Width,
            ProjectorHidden = small.ProjectorHidden,
            ProjectionDim = small.ProjectionDim,
            InputSize = small.InputSize,
            Views = Math.Min(small.Views, RecipeCatalog.Find(name)!.Recipe.Views),
            BatchImages = small.BatchImages,
            MaxSteps = steps,
            DiagnosticsEvery = steps,
            KnnEvery = steps,
        };
        var time = 0;
        MovedMemory.GivesTheSame(() =>
        {
            var run = $"{name}-{time++}";
            TrainingFixture.Train(_training.Spec(run, recipe));
            return _training.Content(run, steps);
        });
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("bf16")]
    public void Vectors_do_not_depend_on_it(string precision)
    {
        var model = TestModel.Save(_sets.Folder());
        using var store = ImageStore.Open(TestModel.Store(_sets.Folder(), 6, _ => (null, "train", 20, 24), TestModel.Noise()));
        PatchSource[] patches = [.. Enumerable.Range(0, store.Count).SelectMany(i => GridPatches.Of(store, i, new PatchGrid(4), .25))];
        MovedMemory.GivesTheSame(() =>
        {
            using var encoder = Encoder.Load(model, TestModel.Runtime(precision));
            return string.Join(' ', encoder.Embed(patches, VectorSpace.Projection).Select(BitConverter.SingleToInt32Bits));
        });
    }

    /// <summary>Computes with the arguments at every place in a line of the cache.</summary>
    private static void Same(string what, Func<Func<Tensor, Tensor>, Tensor> compute, long elementBytes)
    {
        var results = Enumerable.Range(0, (int)(LineBytes / elementBytes)).Select(place => Hash(compute(tensor => At(tensor, place)))).ToList();
        Assert.True(results.Distinct().Count() == 1, $"{what}: {string.Join(", ", results.Select(r => r[..8]))}");
    }

    private static Tensor At(Tensor tensor, int place) =>
        zeros([tensor.numel() + LineBytes], tensor.dtype).narrow(0, place, tensor.numel()).view(tensor.shape).copy_(tensor);

    private static string Hash(Tensor tensor) => Convert.ToHexString(SHA256.HashData(tensor.contiguous().bytes));
}
