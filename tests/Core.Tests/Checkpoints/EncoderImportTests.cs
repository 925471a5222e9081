using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Embedding;
using PatchSsl.Core.Models;
using PatchSsl.Core.Pixels;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Embedding;
using PatchSsl.Core.Tests.Fixtures;
using PatchSsl.Core.Tests.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Checkpoints;

public sealed class EncoderImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(18, Stem.Cifar, .125, ScalarType.Float32)]
    [InlineData(34, Stem.ImageNet, .25, ScalarType.Float64)]
    [InlineData(50, Stem.ImageNet, .125, ScalarType.Float16)]
    [InlineData(50, Stem.Cifar, .375, ScalarType.BFloat16)]
    public void Depth_width_and_stem_are_read_from_names_and_shapes(int depth, Stem stem, double width, ScalarType type)
    {
        var spec = new ModelSpec { Depth = depth, Stem = stem, Width = width, HasProjector = false };
        Write(Foreign(spec, type));
        var taken = Import();
        var usual = stem == Stem.ImageNet
            ? spec with { InputSize = 224, Mean = new(.485, .456, .406), Deviation = new(.229, .224, .225) }
            : spec with { InputSize = 32 };
        Assert.Equal(usual, taken.Model);
        Assert.Equal(["fc.bias", "fc.weight"], taken.LeftOut);
        Assert.Equal(["encoder.safetensors", "model.safetensors"], _folder.Entries());
    }

    [Fact]
    public void What_the_person_says_of_its_input_counts_and_is_kept()
    {
        Write(Foreign(Narrow));
        var input = new EncoderInput(48, .5, new(.1, .2, .3), new(.4, .5, .6));
        var taken = EncoderImport.Run(_folder["encoder.safetensors"], "abc", _folder["model.safetensors"], input);
        var info = CheckpointFile.ReadInfo(taken.File.Path);
        Assert.Equal((taken.Model, 0L, null), (info.Model, info.Step, info.RecipeJson));
        Assert.Equal((48, .5, input.Mean, input.Deviation), (info.Model.InputSize, info.Model.PatchScale, info.Model.Mean, info.Model.Deviation));
        Assert.Equal(("abc", "fc.bias, fc.weight"), (info.Extra[EncoderImport.SourceSha256], info.Extra[EncoderImport.LeftOut]));
        Assert.Equal(["deviation", "inputSize", "mean", "patchScale"],
            new EncoderInput(7, double.NaN, new(-1, 0, 0), new(0, 1, 1)).Errors().Select(e => e.Field).Order());
    }

    [Fact]
    public void An_encoder_alone_embeds_and_says_what_it_does_not_give()
    {
        Write(Foreign(Narrow));
        using var encoder = Encoder.Load(Import().File.Path, TestModel.Runtime());
        PatchSource[] patches = [new(new byte[300], 10, 10, new PatchBox(0, 0, 10, 10))];
        Assert.Equal([VectorSpace.Embedding], encoder.Spaces);
        var all = encoder.EmbedAll(patches);
        Assert.Equal(encoder.Embed(patches, VectorSpace.Embedding), all.Embedding);
        Assert.Equal((64, 0, 0), (all.Embedding.Length, all.Hidden.Length, all.Projection.Length));
        foreach (var (space, word) in new[] { (VectorSpace.Hidden, "hidden"), (VectorSpace.Projection, "projection") })
        {
            Assert.Contains(word, Assert.Throws<InvalidOperationException>(() => encoder.Dim(space)).Message);
            Assert.Contains("no projector", Assert.Throws<InvalidOperationException>(() => encoder.Embed(patches, space)).Message);
        }
        using var untrained = Encoder.Untrained(encoder.Spec, TestModel.Runtime(), 1);
        Assert.Equal(64, untrained.Embed(patches, VectorSpace.Embedding).Length);
    }

    [Fact]
    public void A_checkpoint_of_ours_brings_its_projector()
    {
        TestModel.Save(_folder);
        File.Move(_folder["model.safetensors"], _folder["encoder.safetensors"]);
        var taken = EncoderImport.Run(_folder["encoder.safetensors"], "", _folder["model.safetensors"], new EncoderInput(PatchScale: .5));
        Assert.Equal(TestModel.Spec with { PatchScale = .5 }, taken.Model);
        Assert.Equal(1, CheckpointFile.ReadInfo(taken.File.Path).Step);
        using var before = Encoder.Load(_folder["encoder.safetensors"], TestModel.Runtime());
        using var after = Encoder.Load(taken.File.Path, TestModel.Runtime());
        PatchSource[] patches = [new(new byte[300], 10, 10, new PatchBox(0, 0, 10, 10))];
        Assert.Equal(before.Embed(patches, VectorSpace.Projection), after.Embed(patches, VectorSpace.Projection));
    }

    [Fact]
    public void Values_come_over_and_counts_may_lack()
    {
        using var scope = NewDisposeScope();
        var tensors = Foreign(Narrow, ScalarType.Float64).Where(t => !t.Key.EndsWith("num_batches_tracked")).ToDictionary();
        tensors["bn1.running_mean"] = arange(8, dtype: float64) / 3;
        Write(tensors);
        var (model, _) = CheckpointFile.LoadModel(Import().File.Path, ComputePlan.Float32());
        using (model)
        {
            var state = model.State().ToDictionary(s => s.Name, s => s.Value);
            Assert.Equal(0, ReferenceValues.Difference(state["bn1.running_mean"], tensors["bn1.running_mean"].to(float32)));
            Assert.Equal(0, state["bn1.num_batches_tracked"].item<long>());
        }
    }

    public static TheoryData<string, string> Spoilt => new()
    {
        { "missing", "'layer2.0.bn1.weight' is missing: a ResNet-18 of 8 channels with the CIFAR stem has one of shape (16)" },
        { "extra", "'layer2.2.conv9.weight' (3) belongs to no ResNet-18" },
        { "foreign", "'head.weight' (3) belongs to no ResNet-18" },
        { "misshapen", "'layer1.0.conv1.weight' has shape (8,8,1,1): a ResNet-18 of 8 channels with the CIFAR stem has (8,8,3,3)" },
        { "stem", "'conv1.weight' has shape (8,3,5,5): expected is (C,3,7,7), the ImageNet stem, or (C,3,3,3)" },
        { "grey", "'conv1.weight' has shape (8,1,3,3)" },
        { "width", "'conv1.weight' has shape (12,3,3,3)" },
        { "prefix", "there is 'module.conv1.weight': take 'module.' off" },
        { "integer", "'bn1.bias' has type Int64: expected is Float32, Float16, BFloat16 or Float64" },
        { "nan", "'layer3.1.conv2.weight' holds NaN or infinity in 1 of its 9216 values" },
        { "infinite", "'bn1.running_mean' holds NaN or infinity in 8 of its 8 values" },
        { "variance", "'bn1.running_var' holds a negative variance" },
        { "range", "'bn1.bias' holds values that float32 cannot" },
        { "classifier", "'fc.weight' has shape (10,32): expected is (classes,64)" },
        { "empty", "'conv1.weight' is missing: expected are the names of a torchvision ResNet" },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void A_spoilt_encoder_is_refused_by_name(string what, string expected)
    {
        using var scope = NewDisposeScope();
        var tensors = Foreign(Narrow);
        switch (what)
        {
            case "missing": tensors.Remove("layer2.0.bn1.weight"); break;
            case "extra": tensors["layer2.2.conv9.weight"] = zeros(3); break;
            case "foreign": tensors["head.weight"] = zeros(3); break;
            case "misshapen": tensors["layer1.0.conv1.weight"] = zeros(8, 8, 1, 1); break;
            case "stem": tensors["conv1.weight"] = zeros(8, 3, 5, 5); break;
            case "grey": tensors["conv1.weight"] = zeros(8, 1, 3, 3); break;
            case "width": tensors["conv1.weight"] = zeros(12, 3, 3, 3); break;
            case "prefix": tensors = tensors.ToDictionary(t => "module." + t.Key, t => t.Value); break;
            case "integer": tensors["bn1.bias"] = zeros(8, dtype: int64); break;
            case "nan": tensors["layer3.1.conv2.weight"][3, 4, 0, 2] = float.NaN; break;
            case "infinite": tensors["bn1.running_mean"] = full(8, float.NegativeInfinity); break;
            case "variance": tensors["bn1.running_var"][2] = -1e-3f; break;
            case "range": tensors["bn1.bias"] = full(8, 1e300, dtype: float64); break;
            case "classifier": tensors["fc.weight"] = zeros(10, 32); break;
            default: tensors.Clear(); break;
        }
        Write(tensors);
        var refusal = Assert.Throws<EncoderRejectedException>(() => Import());
        Assert.Contains(refusal.Faults, f => f.Contains(expected));
        Assert.Equal(["encoder.safetensors"], _folder.Entries());
    }

    [Fact]
    public void Every_fault_is_told_at_once_and_many_are_counted()
    {
        using var scope = NewDisposeScope();
        var tensors = Foreign(Narrow);
        tensors.Remove("bn1.bias");
        tensors["bn1.weight"] = zeros(9);
        Write(tensors);
        Assert.Equal(2, Assert.Throws<EncoderRejectedException>(() => Import()).Faults.Count);
        Write(tensors.Where(t => t.Key == "conv1.weight").ToDictionary());
        var faults = Assert.Throws<EncoderRejectedException>(() => Import()).Faults;
        Assert.Equal((21, "And 79 more."), (faults.Count, faults[^1]));
    }

    [Theory]
    [InlineData("PK\u0003\u0004\u0014\0\0\0archive/data.pkl", "zip archive")]
    [InlineData("\u0080\u0002}q\0.", "pickle")]
    [InlineData("GGUF", "too short")]
    [InlineData("", "too short")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f{}", "The header claims 9223372036854775807 bytes")]
    public void What_is_no_safetensors_is_named(string latin1, string expected)
    {
        _folder.Write("encoder.safetensors", System.Text.Encoding.Latin1.GetBytes(latin1));
        var message = Assert.Throws<EncoderRejectedException>(() => Import()).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain("encoder.safetensors", message);
    }

    [Fact]
    public void A_small_file_that_describes_a_large_model_costs_nothing()
    {
        using (var file = File.Create(_folder["encoder.safetensors"]))
        {
            SafetensorsWriter.Write(file, [], new Dictionary<string, string>
            {
                ["formatVersion"] = "1",
                ["step"] = "0",
                ["seed"] = "0",
                ["modelSpec"] = new ModelSpec { Depth = 50, Width = 4, ProjectorHidden = 16384, ProjectorLayers = 6 }.ToJson(),
            });
        }
        Assert.Contains("'conv1.weight' is missing", Assert.Throws<EncoderRejectedException>(() => Import()).Message);
    }

    [Fact]
    public void Nothing_native_stays_behind()
    {
        using (NewDisposeScope()) Write(Foreign(Narrow));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Import();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static ModelSpec Narrow { get; } = new() { Width = .125, HasProjector = false };

    private ImportedEncoder Import() => EncoderImport.Run(_folder["encoder.safetensors"], "", _folder["model.safetensors"], new EncoderInput());

    /// <summary>The state dict of such a model with a classifier of ten classes, as made elsewhere.</summary>
    private static Dictionary<string, Tensor> Foreign(ModelSpec spec, ScalarType type = ScalarType.Float32)
    {
        using var model = SslModel.Create(spec, ComputePlan.Float32(), seed: 3);
        var state = model.State().ToDictionary(s => s.Name, s => is_floating_point(s.Value.dtype) ? s.Value.detach().to(type, copy: true) : s.Value.clone());
        state["fc.weight"] = zeros(10, spec.EmbeddingDim, dtype: type);
        state["fc.bias"] = zeros(10, dtype: type);
        return state;
    }

    private void Write(Dictionary<string, Tensor> tensors)
    {
        using var file = File.Create(_folder["encoder.safetensors"]);
        SafetensorsWriter.Write(file, tensors.Select(t => (t.Key, t.Value)), new Dictionary<string, string>());
    }
}
