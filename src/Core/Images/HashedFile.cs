using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace PatchSsl.Core.Images;

/// <summary>A file that is written once, front to back: hashed on the way, on the disk when it is finished. Disposing of it before that
/// writes nothing more, so that a full disk cannot fail it a second time.</summary>
internal sealed class HashedFile(string directory, string name) : IDisposable
{
    private readonly SafeFileHandle file = File.OpenHandle(Path.Combine(directory, name), FileMode.CreateNew, FileAccess.Write, FileShare.None);
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] buffer = new byte[1 << 18];
    private int buffered;

    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (buffered + bytes.Length > buffer.Length) Flush();
        if (bytes.Length > buffer.Length)
        {
            Append(bytes);
            return;
        }
        bytes.CopyTo(buffer.AsSpan(buffered));
        buffered += bytes.Length;
        Length += bytes.Length;
    }

    public StoreFile Finish()
    {
        Flush();
        RandomAccess.FlushToDisk(file);
        file.Dispose();
        return new StoreFile(name, Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public void Dispose()
    {
        file.Dispose();
        hash.Dispose();
    }

    private void Flush()
    {
        var bytes = buffer.AsSpan(0, buffered);
        Length -= buffered;
        buffered = 0;
        Append(bytes);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(file, bytes, Length);
        hash.AppendData(bytes);
        Length += bytes.Length;
    }
}
