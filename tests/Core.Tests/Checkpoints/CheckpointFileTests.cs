using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Tests.Fixtures;
using PatchSsl.Core.Tests.Models;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("checkpoint-");

    private string File => Path.Combine(_folder.FullName, "step-000000003.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(ScalarType.Float32, "emp-ssl")]
    [InlineData(ScalarType.BFloat16, "emp-ssl")]
    [InlineData(ScalarType.BFloat16, "byol")]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit(ScalarType compute, string objective)
    {
        var plan = new ComputePlan(CPU, compute);
        using var straight = new TinyRun(plan, objective: objective);
        straight.Steps(0, 3);
        var saved = CheckpointFile.Save(File, straight.Model, straight.Lars, Info(straight.Model.Spec, 3), straight.Companions);
        straight.Steps(3, 6);

        using var resumed = new TinyRun(plan, seed: 99, objective);
        var info = CheckpointFile.Restore(File, resumed.Model, resumed.Lars, resumed.Companions);
        resumed.Steps(info.Step, 6);

        foreach (var (a, b) in straight.State().Zip(resumed.State()))
        {
            Assert.Equal(a.Name, b.Name);
            Assert.True(a.Value.cpu().contiguous().bytes.SequenceEqual(b.Value.cpu().contiguous().bytes), a.Name);
        }
        Assert.Equal(saved.Sha256, CheckpointFile.Hash(File));
        Assert.Equal(saved.Bytes, new FileInfo(File).Length);
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Info_comes_back_whole()
    {
        using var run = new TinyRun(ComputePlan.Float32());
        var info = Info(run.Model.Spec, 3) with { Extra = new Dictionary<string, string> { ["dataset"] = "ds_1" }, Cost = new TrainingCost(1_200, 3.5, 1L << 33, "cpu (2 threads)") };
        CheckpointFile.Save(File, run.Model, null, info);
        var back = CheckpointFile.ReadInfo(File);
        Assert.Equal((info.Model, info.Step, info.Seed, info.RecipeJson), (back.Model, back.Step, back.Seed, back.RecipeJson));
        Assert.Equal("ds_1", back.Extra["dataset"]);
        Assert.Equal(info.Cost, back.Cost);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"patches":-1,"seconds":1,"peakMemoryBytes":1,"device":"cpu"}""")]
    [InlineData("""{"patches":1,"seconds":"NaN","peakMemoryBytes":1,"device":"cpu"}""")]
    [InlineData("""{"patches":1,"seconds":1e999,"peakMemoryBytes":1,"device":"cpu"}""")]
    public void A_cost_that_is_none_is_refused(string json) => Assert.Contains("cost", Assert.Throws<InvalidDataException>(() => TrainingCost.FromJson(json)).Message);

    [Theory]
    [InlineData("emp-ssl")]
    [InlineData("byol")]
    public void A_loaded_model_gives_the_same_vectors(string objective)
    {
        using var scope = NewDisposeScope();
        using var run = new TinyRun(ComputePlan.Float32(), objective: objective);
        run.Steps(0, 2);
        using var frozen = no_grad();
        CheckpointFile.Save(File, run.Model, run.Lars, Info(run.Model.Spec, 2), run.Companions);
        run.Model.Eval();

        var (model, info) = CheckpointFile.LoadModel(File, ComputePlan.Float32());
        using var loaded = model;

        Assert.Equal(2, info.Step);
        foreach (var space in Enum.GetValues<VectorSpace>())
            Assert.Equal(0, ReferenceValues.Difference(loaded.Vectors(TinyRun.Patches(0), space), run.Model.Vectors(TinyRun.Patches(0), space)));
    }

    [Fact]
    public void The_encoder_is_stored_under_torchvisions_names()
    {
        using var run = new TinyRun(ComputePlan.BFloat16(), objective: "byol");
        CheckpointFile.Save(File, run.Model, run.Lars, Info(run.Model.Spec, 0), run.Companions);
        using var reader = SafetensorsReader.Open(File);
        string[] others = ["projector.", "optimizer.", "predictor.", "target."];
        var encoder = reader.Entries.Keys.Where(name => !others.Any(name.StartsWith)).ToHashSet();
        var expected = ReferenceValues.Entry("resnet18").GetProperty("state_dict_order").EnumerateArray().Select(e => e.GetString()!).ToHashSet();
        Assert.Superset(expected, encoder);
        Assert.All(encoder.Except(expected), n => Assert.EndsWith(".num_batches_tracked", n));
        Assert.Equal(expected.Count(n => n.EndsWith("running_mean")), encoder.Except(expected).Count());
        Assert.Equal(ScalarType.Float32, reader.Entries["conv1.weight"].Type);
        Assert.Equal(ScalarType.Int64, reader.Entries["bn1.num_batches_tracked"].Type);
        Assert.Contains("optimizer.momentum.layer1.0.conv1.weight", reader.Entries.Keys);
        foreach (var name in new[] { "predictor.0.weight", "predictor.1.running_var", "predictor.3.weight", "target.conv1.weight", "target.projector.0.weight" })
            Assert.Contains(name, reader.Entries.Keys);
        Assert.Contains("optimizer.momentum.predictor.3.weight", reader.Entries.Keys);
        Assert.DoesNotContain(reader.Entries.Keys, name => name.StartsWith("optimizer.momentum.target."));
    }

    [Fact]
    public void Companions_are_neither_dropped_nor_made_up()
    {
        using var run = new TinyRun(ComputePlan.Float32(), objective: "byol");
        using var plain = new TinyRun(ComputePlan.Float32());
        CheckpointFile.Save(File, plain.Model, plain.Lars, Info(plain.Model.Spec, 0), run.Companions);
        Assert.Contains("belongs to nothing", Assert.Throws<InvalidDataException>(() => CheckpointFile.Restore(File, plain.Model, plain.Lars)).Message);

        CheckpointFile.Save(File, run.Model, run.Lars, Info(run.Model.Spec, 0));
        var error = Assert.Throws<InvalidDataException>(() => CheckpointFile.Restore(File, run.Model, run.Lars, run.Companions));
        Assert.Contains("'predictor.0.weight' is missing", error.Message);
    }

    [Fact]
    public void A_failed_save_leaves_the_earlier_file_and_nothing_else()
    {
        using var run = new TinyRun(ComputePlan.Float32());
        var first = CheckpointFile.Save(File, run.Model, run.Lars, Info(run.Model.Spec, 0));
        run.Lars.State[0].Value.Dispose();                                              // the save fails in the middle of writing
        Assert.ThrowsAny<Exception>(() => CheckpointFile.Save(File, run.Model, run.Lars, Info(run.Model.Spec, 1)));
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
        Assert.Equal(first.Sha256, CheckpointFile.Hash(File));
    }

    [Fact]
    public void Saving_where_nothing_can_be_written_says_so()
    {
        using var run = new TinyRun(ComputePlan.Float32());
        var nowhere = Path.Combine(_folder.FullName, "absent", "a.safetensors");
        Assert.ThrowsAny<IOException>(() => CheckpointFile.Save(nowhere, run.Model, null, Info(run.Model.Spec, 0)));
    }

    [Fact]
    public void Another_model_and_a_plain_tensor_file_are_refused()
    {
        using var scope = NewDisposeScope();
        using var run = new TinyRun(ComputePlan.Float32());
        CheckpointFile.Save(File, run.Model, run.Lars, Info(run.Model.Spec, 0));
        using var other = SslModel.Create(run.Model.Spec with { ProjectionDim = 9 }, ComputePlan.Float32(), 1);
        Assert.Contains("another model", Assert.Throws<InvalidDataException>(() => CheckpointFile.Restore(File, other, run.Lars)).Message);

        CheckpointFile.Save(File, run.Model, null, Info(run.Model.Spec, 0));
        Assert.Contains("optimizer.momentum", Assert.Throws<InvalidDataException>(() => CheckpointFile.Restore(File, run.Model, run.Lars)).Message);

        CheckpointFile.Save(File, run.Model, null, Info(run.Model.Spec with { ProjectorHidden = 16384, ProjectorLayers = 6 }, 0));
        Assert.Contains("projector.0.weight", Assert.Throws<InvalidDataException>(() => CheckpointFile.LoadModel(File, ComputePlan.Float32())).Message);

        using (var file = System.IO.File.Create(File)) SafetensorsWriter.Write(file, [("w", ones(1))], new Dictionary<string, string>());
        Assert.Contains("not a checkpoint", Assert.Throws<InvalidDataException>(() => CheckpointFile.ReadInfo(File)).Message);
    }

    private static CheckpointInfo Info(ModelSpec spec, long step) => new(spec, step, Seed: -5, RecipeJson: """{"name":"quick"}""");
}
