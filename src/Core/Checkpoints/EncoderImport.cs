using PatchSsl.Core.Models;
using PatchSsl.Core.Runtime;
using static TorchSharp.torch;

namespace PatchSsl.Core.Checkpoints;

/// <summary>Brings an encoder trained elsewhere into a checkpoint of this program, so that all that takes a checkpoint takes it.</summary>
/// <remarks>
/// <code>
/// file ─ header ─ spec from names and shapes ─ every tensor: there, right shape, finite ─ float32 ─ checkpoint
/// </code>
/// Sources: the state dict of a torchvision ResNet-18, 34 or 50, with or without its classifier, saved as safetensors; or a checkpoint of
/// this program, which brings its projector. Memory holds the model once and one tensor of the file.
/// </remarks>
public static class EncoderImport
{
    /// <summary>Key among a checkpoint's extra texts: hash of the file it was imported from.</summary>
    public const string SourceSha256 = "sourceSha256";

    /// <summary>Key among a checkpoint's extra texts: what of that file was left out, separated by commas.</summary>
    public const string LeftOut = "leftOut";

    private const int MostFaults = 20;

    /// <param name="source">Untrusted.</param>
    /// <param name="sourceSha256">Its hash, to be kept with the model.</param>
    /// <param name="target">Final name of the checkpoint to write; its directory must exist.</param>
    /// <param name="input">In range, as <see cref="EncoderInput.Errors"/> says.</param>
    /// <exception cref="EncoderRejectedException">The file is no such encoder; everything that is wrong, up to 20 faults.</exception>
    /// <exception cref="IOException">The checkpoint could not be made durable; nothing is left of it.</exception>
    public static ImportedEncoder Run(string source, string sourceSha256, string target, EncoderInput input)
    {
        try
        {
            using var reader = SafetensorsReader.Open(source);
            return Take(reader, source, sourceSha256, target, input);
        }
        catch (InvalidDataException e)
        {
            // The name under which the file is staged tells its sender nothing.
            var fault = e.Message.Replace($"{Path.GetFileName(source)}: ", "", StringComparison.Ordinal);
            throw new EncoderRejectedException([OtherFormat(source) ?? fault], e);
        }
    }

    private static ImportedEncoder Take(SafetensorsReader reader, string source, string sourceSha256, string target, EncoderInput input)
    {
        // 1. what is it?
        List<string> faults = [];
        var own = reader.Metadata.ContainsKey("modelSpec") ? CheckpointFile.Info(reader, source) : null;
        var spec = own?.Model ?? EncoderLayout.Infer(reader.Entries, faults);
        if (spec is null) throw Rejected(faults);
        if (own is null) spec = EncoderInput.Usual(spec.Stem).ApplyTo(spec);
        spec = input.ApplyTo(spec);

        // 2. are all its tensors there, and no others?
        var beyond = EncoderLayout.Compare(reader.Entries, spec, own is not null, faults);
        if (faults.Count > 0) throw Rejected(faults);

        // 3. load them, as float32
        using var model = SslModel.Blank(spec, ComputePlan.Float32());
        foreach (var (name, value) in model.State().Where(s => reader.Entries.ContainsKey(s.Name)))
        {
            if (Load(reader, name, value) is { } fault) faults.Add(fault);
        }
        if (faults.Count > 0) throw Rejected(faults);

        // 4. keep them
        var leftOut = own is null ? beyond : [.. beyond.GroupBy(n => n.Split('.')[0]).Select(g => $"{g.Key} ({g.Count()} tensors)")];
        var info = (own ?? new CheckpointInfo(spec, Step: 0, Seed: 0, RecipeJson: null)) with { Model = spec };
        info = info with
        {
            Extra = new Dictionary<string, string>(info.Extra) { [SourceSha256] = sourceSha256, [LeftOut] = string.Join(", ", leftOut) },
        };
        return new ImportedEncoder(spec, CheckpointFile.Save(target, model, null, info), leftOut);
    }

    /// <returns>What is wrong with the values; null for nothing.</returns>
    private static string? Load(SafetensorsReader reader, string name, Tensor destination)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var value = reader.Read(name);
        destination.copy_(value);
        if (!is_floating_point(value.dtype)) return null;
        var bad = value.numel() - value.isfinite().sum().item<long>();
        if (bad > 0) return $"The tensor '{name}' holds NaN or infinity in {bad} of its {value.numel()} values.";
        if (!destination.isfinite().all().item<bool>()) return $"The tensor '{name}' holds values that float32 cannot.";
        return name.EndsWith(".running_var", StringComparison.Ordinal) && (value < 0).any().item<bool>()
            ? $"The tensor '{name}' holds a negative variance."
            : null;
    }

    private static EncoderRejectedException Rejected(List<string> faults)
    {
        if (faults.Count <= MostFaults) return new(faults);
        return new([.. faults.Take(MostFaults), $"And {faults.Count - MostFaults} more."]);
    }

    /// <summary>Names the format of a file that is no safetensors but looks like one people have; null for any other.</summary>
    private static string? OtherFormat(string path)
    {
        const string Instead = "send the state dict as safetensors instead (in Python, safetensors.torch.save_file).";
        Span<byte> start = stackalloc byte[4];
        using var file = File.OpenRead(path);
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (length < start.Length) return null;
        if (start.SequenceEqual("PK\u0003\u0004"u8)) return $"The file is a zip archive, as torch.save writes it, and may run code when it is loaded: {Instead}";
        return start[0] == 0x80 && start[1] is >= 2 and <= 5 && start[2] != 0 ? $"The file is a Python pickle, which may run code when it is loaded: {Instead}" : null;
    }
}
