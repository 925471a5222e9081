using System.Globalization;
using System.Security.Cryptography;
using PatchSsl.Core.Files;
using PatchSsl.Core.Models;
using PatchSsl.Core.Optimisers;
using PatchSsl.Core.Runtime;
using TorchSharp;

namespace PatchSsl.Core.Checkpoints;

/// <summary>Checkpoints: one safetensors file with everything a run needs to go on, or a model to be used.</summary>
/// <remarks>
/// Tensors: the encoder's under torchvision's names, bare; the projector's start with <c>projector.</c>, the optimiser's with
/// <c>optimizer.</c>, those of an objective's companions with <c>predictor.</c> and <c>target.</c>. Texts: <c>modelSpec</c>, <c>recipe</c>,
/// <c>step</c>, <c>seed</c>, <c>cost</c>, <c>formatVersion</c>. So in Python
/// <code>
/// state = {k: v for k, v in safetensors.torch.load_file(path).items()
///          if not k.startswith(("projector.", "optimizer.", "predictor.", "target."))}
/// resnet.load_state_dict(state)   # a torchvision ResNet with fc = Identity(), and for the CIFAR stem conv1 and maxpool replaced
/// </code>
/// </remarks>
public static class CheckpointFile
{
    private const string FormatVersion = "1";
    private const string OptimiserPrefix = "optimizer.";
    private const string ExtraPrefix = "extra.";

    /// <summary>Writes a checkpoint whole or not at all: temporary file, sync, rename, sync of the directory.</summary>
    /// <param name="path">Final name; a file already there is replaced. Its directory must exist.</param>
    /// <param name="optimiser">Null to keep the model only.</param>
    /// <param name="companions">What the objective trains beside the model; null for nothing.</param>
    /// <exception cref="IOException">It could not be made durable. What <paramref name="path"/> stood for before, it stands for still,
    /// unless only the last step, the sync of the directory, failed.</exception>
    public static SavedFile Save(string path, SslModel model, IOptimiser? optimiser, CheckpointInfo info, Companions? companions = null) =>
        Write(path, State(model, companions, optimiser), info);

    /// <summary>As <see cref="Save"/>, of tensors that were taken from <see cref="State"/> before. On any thread.</summary>
    internal static SavedFile Write(string path, IEnumerable<(string Name, torch.Tensor Value)> tensors, CheckpointInfo info)
    {
        var temporary = path + ".tmp";
        try
        {
            using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
            using var hash = SHA256.Create();
            using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
                SafetensorsWriter.Write(hashed, tensors, Metadata(info));
            file.Flush();
            DurableFile.Publish(file.SafeFileHandle, temporary, path);
            return new SavedFile(path, Convert.ToHexStringLower(hash.Hash!), file.Length);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>What a checkpoint says about itself; reads no tensor.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole checkpoint; the message names the file and what is wrong.</exception>
    public static CheckpointInfo ReadInfo(string path)
    {
        using var reader = SafetensorsReader.Open(path);
        return Info(reader, path);
    }

    /// <summary>The model alone, in evaluation mode, for inference.</summary>
    /// <exception cref="InvalidDataException">As <see cref="ReadInfo"/>.</exception>
    public static (SslModel Model, CheckpointInfo Info) LoadModel(string path, ComputePlan plan)
    {
        using var reader = SafetensorsReader.Open(path);
        var info = Info(reader, path);
        CheckAgainstDescription(reader, info.Model, path);
        var model = SslModel.Blank(info.Model, plan);
        try
        {
            foreach (var (name, value) in model.State()) reader.ReadInto(name, value);
            model.Eval();
            return (model, info);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Puts model, companions and optimiser, built as for a new run, into the state they were saved in, bit for bit.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole checkpoint of these.</exception>
    public static CheckpointInfo Restore(string path, SslModel model, IOptimiser optimiser, Companions? companions = null)
    {
        using var reader = SafetensorsReader.Open(path);
        var info = Info(reader, path);
        if (info.Model != model.Spec) throw Wrong(path, "it holds another model than the recipe describes");
        var state = State(model, companions, optimiser).ToArray();
        var known = state.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        if (reader.Entries.Keys.FirstOrDefault(name => !known.Contains(name)) is { } stray) throw Wrong(path, $"the tensor '{stray}' belongs to nothing");
        foreach (var (name, value) in state) reader.ReadInto(name, value);
        return info;
    }

    /// <summary>SHA-256 of a whole file, lower-case hex: what <see cref="Save"/> returned for it.</summary>
    public static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>All tensors of a checkpoint, by their names in it; their owners' own.</summary>
    internal static IEnumerable<(string Name, torch.Tensor Value)> State(SslModel model, Companions? companions, IOptimiser? optimiser) =>
        model.State().Concat(companions?.State() ?? []).Concat((optimiser?.State ?? []).Select(s => (OptimiserPrefix + s.Name, s.Value)));

    private static Dictionary<string, string> Metadata(CheckpointInfo info)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt",                                                          // what Python loaders look for
            ["formatVersion"] = FormatVersion,
            ["modelSpec"] = info.Model.ToJson(),
            ["step"] = info.Step.ToString(CultureInfo.InvariantCulture),
            ["seed"] = info.Seed.ToString(CultureInfo.InvariantCulture),
        };
        if (info.RecipeJson is not null) metadata["recipe"] = info.RecipeJson;
        if (info.Cost is not null) metadata["cost"] = info.Cost.ToJson();
        foreach (var (key, text) in info.Extra) metadata[ExtraPrefix + key] = text;
        return metadata;
    }

    internal static CheckpointInfo Info(SafetensorsReader reader, string path)
    {
        var version = Text("formatVersion");
        if (version != FormatVersion) throw Wrong(path, $"it has format version {version}; this program reads {FormatVersion}");
        try
        {
            var extra = reader.Metadata.Where(m => m.Key.StartsWith(ExtraPrefix, StringComparison.Ordinal));
            return new CheckpointInfo(ModelSpec.FromJson(Text("modelSpec")), Number("step"), Number("seed"), reader.Metadata.GetValueOrDefault("recipe"))
            {
                Cost = reader.Metadata.GetValueOrDefault("cost") is { } cost ? TrainingCost.FromJson(cost) : null,
                Extra = extra.ToDictionary(m => m.Key[ExtraPrefix.Length..], m => m.Value),
            };
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(Path.GetFileName(path), StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{Path.GetFileName(path)}: {e.Message}", e);
        }

        string Text(string key) => reader.Metadata.GetValueOrDefault(key) ?? throw Wrong(path, $"its metadata has no {key}: it is not a checkpoint");

        long Number(string key) => long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong(path, $"its {key} is not a whole number");
    }

    // On a device without memory, before the model is built: a small file may describe a large one.
    private static void CheckAgainstDescription(SafetensorsReader reader, ModelSpec spec, string path)
    {
        using var outline = SslModel.Blank(spec, ComputePlan.Float32(new torch.Device(DeviceType.META)));
        foreach (var (name, value) in outline.State())
        {
            if (!reader.Entries.TryGetValue(name, out var entry)) throw Wrong(path, $"the tensor '{name}' is missing");
            if (!entry.Shape.AsSpan().SequenceEqual(value.shape))
                throw Wrong(path, $"the tensor '{name}' has shape ({string.Join(',', entry.Shape)}) where its description means ({string.Join(',', value.shape)})");
        }
    }

    private static InvalidDataException Wrong(string path, string what) => new($"{Path.GetFileName(path)}: {what}.");
}
