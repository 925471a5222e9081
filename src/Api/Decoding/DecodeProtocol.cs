using System.Buffers.Binary;
using System.Text;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Decoding;

/// <summary>
/// The frames between the server and a decoder child. Integers are little-endian.
/// Question: int32 length, int64 most pixels, int32 longest side allowed, int32 longest side wanted (0: as it is), the file's bytes.
/// Answer: byte 0, int32 width, int32 height, the RGB bytes; or byte 1 + fault, int32 length, a sentence in UTF-8.
/// </summary>
public static class DecodeProtocol
{
    private const int QuestionHead = 20;
    private const int AnswerHead = 9;
    private const int LongestSentence = 4096;

    /// <summary>What the head of an answer says: a size, or a fault with its sentence.</summary>
    public readonly record struct Answer(int Width, int Height, ImageFault? Fault, string? Sentence);

    /// <summary>What a child is asked.</summary>
    public readonly record struct Question(byte[] Data, ImportLimits Limits, int? LongestSide);

    public static async Task AskAsync(Stream to, ReadOnlyMemory<byte> data, ImportLimits limits, int? longestSide)
    {
        var head = new byte[QuestionHead];
        BinaryPrimitives.WriteInt32LittleEndian(head, data.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(4), limits.MaxImagePixels);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), limits.MaxImageSide);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), longestSide ?? 0);
        await to.WriteAsync(head);
        await to.WriteAsync(data);
        await to.FlushAsync();
    }

    /// <summary>The next question; null at the end of the stream.</summary>
    public static Question? ReadQuestion(Stream from)
    {
        Span<byte> head = stackalloc byte[QuestionHead];
        if (from.ReadAtLeast(head, QuestionHead, throwOnEndOfStream: false) < QuestionHead) return null;
        var data = new byte[BinaryPrimitives.ReadInt32LittleEndian(head)];
        from.ReadExactly(data);
        var limits = new ImportLimits
        {
            MaxImagePixels = BinaryPrimitives.ReadInt64LittleEndian(head[4..]),
            MaxImageSide = BinaryPrimitives.ReadInt32LittleEndian(head[12..]),
        };
        var side = BinaryPrimitives.ReadInt32LittleEndian(head[16..]);
        return new Question(data, limits, side == 0 ? null : side);
    }

    public static void Reply(Stream to, int width, int height, ReadOnlySpan<byte> rgb)
    {
        Span<byte> head = stackalloc byte[AnswerHead];
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], width);
        BinaryPrimitives.WriteInt32LittleEndian(head[5..], height);
        to.Write(head);
        to.Write(rgb);
        to.Flush();
    }

    public static void ReplyFault(Stream to, ImageFault fault, string sentence)
    {
        var text = Encoding.UTF8.GetBytes(sentence.Length > 1000 ? sentence[..1000] : sentence);
        Span<byte> head = stackalloc byte[AnswerHead];
        head[0] = (byte)(1 + (int)fault);
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], text.Length);
        to.Write(head);
        to.Write(text);
        to.Flush();
    }

    /// <summary>Reads the head of an answer, and the sentence of a fault; the pixels stay in the stream.</summary>
    /// <exception cref="InvalidDataException">The child does not keep to the protocol.</exception>
    public static async Task<Answer> ReadAnswerAsync(Stream from, ImportLimits limits)
    {
        var head = new byte[AnswerHead];
        await from.ReadExactlyAsync(head);
        int first = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1)), second = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(5));
        if (head[0] == 0)
        {
            // The child read the limits already; a child that was taken over might not have.
            if (first < 1 || second < 1 || (long)first * second > limits.MaxImagePixels) throw new InvalidDataException("Size outside the limits.");
            return new Answer(first, second, null, null);
        }
        var fault = (ImageFault)(head[0] - 1);
        if (!Enum.IsDefined(fault) || first is < 0 or > LongestSentence) throw new InvalidDataException("Unknown answer.");
        var text = new byte[first];
        await from.ReadExactlyAsync(text);
        return new Answer(0, 0, fault, Encoding.UTF8.GetString(text));
    }
}
