using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace PatchSsl.Core.Images;

/// <summary>A file that is written once, front to back: hashed on the way, on the disk when it is finished. Disposing of it before that
/// writes nothing more, so that a full disk cannot fail it a second time.</summary>
internal sealed class HashedFile(string directory, string name) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(Path.Combine(directory, name), FileMode.CreateNew, FileAccess.Write, FileShare.None);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 18];
    private int _buffered;

    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_buffered + bytes.Length > _buffer.Length) Flush();
        if (bytes.Length > _buffer.Length)
        {
            Append(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
        Length += bytes.Length;
    }

    public StoreFile Finish()
    {
        Flush();
        RandomAccess.FlushToDisk(_file);
        _file.Dispose();
        return new StoreFile(name, Length, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private void Flush()
    {
        var bytes = _buffer.AsSpan(0, _buffered);
        Length -= _buffered;
        _buffered = 0;
        Append(bytes);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file, bytes, Length);
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }
}
