using System.Runtime.InteropServices;
using System.Text;

namespace PatchSsl.Web.Pages.Embed;

/// <summary>A matrix as NumPy's own file format, version 1.0: <c>numpy.load</c> reads it.</summary>
public static class NpyFile
{
    /// <summary>Rows of equal length as little-endian float32, row by row.</summary>
    public static byte[] Write(IReadOnlyList<float[]> rows)
    {
        var width = rows.Count == 0 ? 0 : rows[0].Length;
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows.Count}, {width}), }}";
        // Magic, version and length take 10 bytes; the data must start at a multiple of 64.
        var header = Encoding.ASCII.GetBytes(text.PadRight((text.Length + 11 + 63) / 64 * 64 - 11) + "\n");
        var file = new byte[10 + header.Length + rows.Count * width * sizeof(float)];
        byte[] magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)header.Length, (byte)(header.Length >> 8)];
        magic.CopyTo(file, 0);
        header.CopyTo(file, 10);
        for (var i = 0; i < rows.Count; i++)
            MemoryMarshal.AsBytes(rows[i].AsSpan()).CopyTo(file.AsSpan(10 + header.Length + i * width * sizeof(float)));
        return file;
    }
}
