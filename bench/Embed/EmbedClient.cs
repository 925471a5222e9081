using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace PatchSsl.Bench;

/// <summary>One caller on a connection of its own: sends requests made beforehand and reads answers into one buffer, so that it costs little.</summary>
internal sealed class EmbedClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[64 * 1024];

    public EmbedClient(Uri server) => _socket.Connect(IPAddress.Loopback, server.Port);

    /// <summary>The bytes of a request that embeds one image.</summary>
    public static byte[] Request(Uri server, string model, byte[] image, string accept)
    {
        const string boundary = "----patchssl-bench";
        var part = $"--{boundary}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"image.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n";
        var end = $"\r\n--{boundary}--\r\n";
        var head = $"POST /api/v1/embeddings?model={model} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: {accept}\r\n" +
            $"Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {part.Length + image.Length + end.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head + part), .. image, .. Encoding.ASCII.GetBytes(end)];
    }

    /// <returns>The answer's body, valid until the next call.</returns>
    /// <exception cref="InvalidOperationException">Not answered with 200.</exception>
    public async Task<ReadOnlyMemory<byte>> AskAsync(byte[] request)
    {
        await _socket.SendAsync(request);
        var (filled, end) = (0, -1);
        while ((end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0) filled += await ReceiveAsync(filled);
        var head = Encoding.ASCII.GetString(_buffer, 0, end + 2);
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) throw new InvalidOperationException($"The server answered {head.Split('\r')[0]}");
        var chunked = head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        var length = chunked ? -1 : int.Parse(head.Split("Content-Length: ")[1].Split('\r')[0]);
        var start = end + 4;
        while (chunked ? !_buffer.AsSpan(start, filled - start).EndsWith("0\r\n\r\n"u8) : filled < start + length) filled += await ReceiveAsync(filled);
        return _buffer.AsMemory(start, filled - start);
    }

    /// <summary>The one vector of an .npy answer.</summary>
    public static float[] Vector(ReadOnlySpan<byte> npy) => MemoryMarshal.Cast<byte, float>(npy[(10 + (npy[8] | npy[9] << 8))..]).ToArray();

    public void Dispose() => _socket.Dispose();

    private async ValueTask<int> ReceiveAsync(int filled)
    {
        if (filled == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
        var count = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
        return count > 0 ? count : throw new InvalidOperationException("The server closed the connection.");
    }
}
