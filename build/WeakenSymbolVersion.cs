using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Sets VER_FLG_WEAK on one symbol version that a 64-bit little-endian ELF library requires, so that the dynamic loader only warns
/// where the version is missing. The file keeps its time stamp, so an incremental build does not copy it again.
/// </summary>
public class WeakenSymbolVersion : Task
{
    private const uint SectionVersionNeed = 0x6ffffffe;
    private const ushort Weak = 2;

    public string Library { get; set; }
    public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        var elf = File.ReadAllBytes(Library);
        if (elf.Length < 64 || BitConverter.ToUInt32(elf, 0) != 0x464c457f || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF file.", Library);
            return false;
        }

        var flags = FindVersionFlags(elf);
        if (flags < 0 || (BitConverter.ToUInt16(elf, flags) & Weak) != 0) return true;

        var written = File.GetLastWriteTimeUtc(Library);
        var weakened = Library + ".weak";
        elf[flags] |= (byte)Weak;
        File.WriteAllBytes(weakened, elf);
        File.Delete(Library); // the output may be a link to the package's own file, which must stay as it is
        File.Move(weakened, Library);
        File.SetLastWriteTimeUtc(Library, written);
        Log.LogMessage(MessageImportance.Low, "{0}: {1} is now a weak requirement.", Library, SymbolVersion);
        return true;
    }

    /// <summary>Offset of vna_flags of the wanted version, or -1 when the library does not require it.</summary>
    private int FindVersionFlags(byte[] elf)
    {
        var sections = (int)BitConverter.ToUInt64(elf, 40);
        int size = BitConverter.ToUInt16(elf, 58), count = BitConverter.ToUInt16(elf, 60);
        for (var i = 0; i < count; i++)
        {
            var section = sections + i * size;
            if (BitConverter.ToUInt32(elf, section + 4) != SectionVersionNeed) continue;
            var strings = sections + (int)BitConverter.ToUInt32(elf, section + 40) * size;
            var names = (int)BitConverter.ToUInt64(elf, strings + 24);
            for (var need = (int)BitConverter.ToUInt64(elf, section + 24); ;)
            {
                var version = need + (int)BitConverter.ToUInt32(elf, need + 8);
                for (var left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
                {
                    if (NameAt(elf, names + (int)BitConverter.ToUInt32(elf, version + 8)) == SymbolVersion) return version + 4;
                    version += (int)BitConverter.ToUInt32(elf, version + 12);
                }
                var next = (int)BitConverter.ToUInt32(elf, need + 12);
                if (next == 0) break;
                need += next;
            }
        }
        return -1;
    }

    private static string NameAt(byte[] elf, int start)
    {
        return Encoding.ASCII.GetString(elf, start, Array.IndexOf(elf, (byte)0, start) - start);
    }
}
