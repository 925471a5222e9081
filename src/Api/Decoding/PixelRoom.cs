using System.Buffers;

namespace PatchSsl.Api.Decoding;

/// <summary>Memory for an image's pixels. Usual sizes use the room of images before them: arrays as large as these cost a full collection each few
/// hundred.</summary>
public sealed class PixelRoom : IDisposable
{
    /// <summary>A pool rounds sizes up to powers of two and keeps what it gets: not for large images.</summary>
    private const int MostPooled = 1 << 20;

    private readonly int _length;
    private byte[]? _array;

    public PixelRoom(int width, int height)
    {
        _length = checked(3 * width * height);
        _array = _length <= MostPooled ? ArrayPool<byte>.Shared.Rent(_length) : new byte[_length];
    }

    /// <summary>(height, width, 3).</summary>
    public Memory<byte> Bytes => _array is { } array ? array.AsMemory(0, _length) : throw new ObjectDisposedException(nameof(PixelRoom));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { } array && _length <= MostPooled) ArrayPool<byte>.Shared.Return(array);
    }
}
