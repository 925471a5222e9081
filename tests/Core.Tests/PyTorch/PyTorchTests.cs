using System.Globalization;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Models;
using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using PatchSsl.Core.Tests.Images;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.PyTorch;

/// <summary>Encoders go both ways between here and torchvision, by name, and give the same features there: float32, evaluation.</summary>
public sealed class PyTorchTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(18, Stem.Cifar, "F32")]
    [InlineData(18, Stem.ImageNet, "F16")]
    [InlineData(34, Stem.Cifar, "BF16")]
    [InlineData(34, Stem.ImageNet, "F32")]
    [InlineData(50, Stem.Cifar, "F64")]
    [InlineData(50, Stem.ImageNet, "F32")]
    public void What_PyTorch_saved_imports_and_gives_its_features(int depth, Stem stem, string type)
    {
        Python.Run("resnet.py", "save", Text(depth), Text(stem), type, "7", _folder.Path);

        var imported = EncoderImport.Run(_folder["encoder.safetensors"], "", _folder["imported.safetensors"], new EncoderInput());

        Assert.Equal((depth, stem, 1.0, false), (imported.Model.Depth, imported.Model.Stem, imported.Model.Width, imported.Model.HasProjector));
        Assert.Equal(["fc.bias", "fc.weight"], imported.LeftOut);
        var (model, _) = CheckpointFile.LoadModel(imported.File.Path, ComputePlan.Float32());
        using (model)
        {
            AssertSameFeatures(model);
            Assert.Equal(1234, model.State().Single(s => s.Name == "layer4.0.bn2.num_batches_tracked").Value.item<long>());
        }
    }

    [Theory]
    [InlineData(18, Stem.Cifar)]
    [InlineData(18, Stem.ImageNet)]
    [InlineData(34, Stem.Cifar)]
    [InlineData(50, Stem.ImageNet)]
    public void Our_checkpoint_loads_strictly_by_name_into_torchvision_and_gives_our_features(int depth, Stem stem)
    {
        var spec = new ModelSpec { Depth = depth, Stem = stem, ProjectorHidden = 16, ProjectionDim = 8 };
        using var model = SslModel.Create(spec, ComputePlan.Float32(), seed: 5);
        using var generator = new CounterRandom(5, "statistics", 0).Generator();
        Randomise(model, generator);
        using (var optimiser = new Lars(model.Parameters(), new LarsOptions()))
            CheckpointFile.Save(_folder["checkpoint.safetensors"], model, optimiser, new CheckpointInfo(spec, Step: 3, Seed: 5, RecipeJson: "{}"));
        var side = stem == Stem.Cifar ? 32 : 64;
        using (var images = randn(2, 3, side, side, generator: generator)) Write("input.safetensors", "images", images);

        Python.Run("resnet.py", "load", Text(depth), Text(stem), _folder["checkpoint.safetensors"], _folder.Path);

        AssertSameFeatures(model);
    }

    /// <summary>Norms as training leaves them, not as a new model has them.</summary>
    private static void Randomise(SslModel model, Generator generator)
    {
        using var frozen = no_grad();
        foreach (var (name, value) in model.State())
        {
            if (name.EndsWith("running_mean")) value.normal_(0, 0.1, generator);
            else if (name.EndsWith("running_var")) value.uniform_(0.5, 1.5, generator);
            else if (value.dim() == 1 && name.EndsWith("weight")) value.uniform_(0.5, 1, generator);
            else if (name.EndsWith("bias")) value.normal_(0, 0.1, generator);
        }
    }

    private void AssertSameFeatures(SslModel model)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        model.Eval();
        var (images, theirs) = (Read("input.safetensors", "images"), Read("features.safetensors", "features"));
        Assert.InRange(theirs.abs().max().item<float>(), 0.5, 100);
        var difference = ReferenceValues.Difference(model.Vectors(images, VectorSpace.Embedding), theirs);
        Assert.True(difference < Tolerance, $"The features differ by {difference}.");
    }

    private Tensor Read(string file, string name)
    {
        using var reader = SafetensorsReader.Open(_folder[file]);
        return reader.Read(name);
    }

    private void Write(string file, string name, Tensor value)
    {
        using var stream = File.Create(_folder[file]);
        SafetensorsWriter.Write(stream, [(name, value)], new Dictionary<string, string>());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(Stem stem) => stem.ToString().ToLowerInvariant();
}
