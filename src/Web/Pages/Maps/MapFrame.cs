using System.Runtime.InteropServices;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Maps;

/// <summary>What the script needs beside the points: titles, and of each category its colour, name and whether it is drawn.</summary>
public sealed record MapFrame(string XTitle, string YTitle, string[] Colors, bool[] Shown, string[] Names, string Other, bool ShowOther);

/// <summary>A point that the pointer rests on.</summary>
/// <param name="Point">Its place in the map's columns; -1 when the pointer left.</param>
/// <param name="X">Of the pointer, in pixels from the map's left edge.</param>
/// <param name="Y">From its top edge.</param>
public sealed record MapHover(int Point, double X, double Y);

/// <summary>Columns as bytes: 200,000 points cross to the script as one copy instead of as JSON.</summary>
internal static class MapBytes
{
    /// <summary>float32: x of all points, then y of all.</summary>
    public static byte[] Places(MapPoints points) =>
        [.. MemoryMarshal.AsBytes(points.X.Values.AsSpan()), .. MemoryMarshal.AsBytes(points.Y.Values.AsSpan())];

    /// <summary>int32.</summary>
    public static byte[] Of(IReadOnlyList<int> numbers) => MemoryMarshal.AsBytes<int>(numbers as int[] ?? [.. numbers]).ToArray();

    public static int[] Read(byte[] bytes) => MemoryMarshal.Cast<byte, int>(bytes).ToArray();
}
