using System.Buffers.Binary;
using System.Text;

namespace PatchSsl.Core.Tests.Images;

/// <summary>Changes the headers of a zip in memory, as a hostile sender would.</summary>
internal static class ZipBytes
{
    public static void DeclareLength(byte[] zip, string name, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(Central(zip, name) + 24), length);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(Local(zip, name) + 22), length);
    }

    public static void ChangeChecksum(byte[] zip, string name)
    {
        zip[Central(zip, name) + 16] ^= 1;
        zip[Local(zip, name) + 14] ^= 1;
    }

    public static void MarkEncrypted(byte[] zip, string name)
    {
        zip[Central(zip, name) + 8] |= 1;
        zip[Local(zip, name) + 6] |= 1;
    }

    public static int DataOf(byte[] zip, string name)
    {
        var local = Local(zip, name);
        return local + 30 + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(local + 26)) +
               BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(local + 28));
    }

    private static int Central(byte[] zip, string name) => zip.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(name)) - 46;

    private static int Local(byte[] zip, string name) => BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(Central(zip, name) + 42));
}
