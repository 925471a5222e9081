using static TorchSharp.torch;

namespace PatchSsl.Core.Checkpoints;

/// <summary>Reads tensors out of a safetensors file one at a time, straight into their memory.</summary>
public sealed class SafetensorsReader : IDisposable
{
    private readonly FileStream _file;
    private readonly SafetensorsHeader _header;

    private SafetensorsReader(FileStream file, SafetensorsHeader header)
    {
        _file = file;
        _header = header;
    }

    /// <summary>Tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries => _header.Entries;

    /// <summary>Texts by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its whole header; reads no tensor.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole safetensors file; the message names the file and the tensor.</exception>
    public static SafetensorsReader Open(string path)
    {
        // No buffer: after the header, reads are large and go to the tensor itself.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            return new SafetensorsReader(file, SafetensorsHeader.Read(file));
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is InvalidDataException or EndOfStreamException) throw new InvalidDataException($"{Path.GetFileName(path)}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>A tensor on the CPU, contiguous, in the file's type.</summary>
    /// <exception cref="InvalidDataException">No such tensor, or the file was cut short since it was opened.</exception>
    public Tensor Read(string name)
    {
        if (!Entries.TryGetValue(name, out var entry)) throw Wrong(name, "is missing");
        var value = empty(entry.Shape, entry.Type);
        try
        {
            _file.Position = entry.Offset;
            _file.ReadExactly(value.bytes);
            return value;
        }
        catch (EndOfStreamException e)
        {
            value.Dispose();
            throw new InvalidDataException($"{Path.GetFileName(_file.Name)}: the tensor '{name}' is cut short.", e);
        }
    }

    /// <summary>Copies a tensor into one of the same shape, whatever its device, memory order and floating type.</summary>
    /// <exception cref="InvalidDataException">No such tensor, another shape, or integers where fractions are wanted or the other way round.</exception>
    public void ReadInto(string name, Tensor destination)
    {
        if (!Entries.TryGetValue(name, out var entry)) throw Wrong(name, "is missing");
        if (!entry.Shape.AsSpan().SequenceEqual(destination.shape))
            throw Wrong(name, $"has shape ({string.Join(',', entry.Shape)}) where ({string.Join(',', destination.shape)}) is wanted");
        if (entry.Type != destination.dtype && !(is_floating_point(entry.Type) && is_floating_point(destination.dtype)))
            throw Wrong(name, $"has type {entry.Type} where {destination.dtype} is wanted");
        using var frozen = no_grad();
        using var value = Read(name);
        destination.copy_(value);
    }

    public void Dispose() => _file.Dispose();

    private InvalidDataException Wrong(string name, string what) => new($"{Path.GetFileName(_file.Name)}: the tensor '{name}' {what}.");
}
