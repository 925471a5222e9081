using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PatchSsl.Core.Models;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Core.Search;

/// <summary>What an index file says about itself.</summary>
/// <remarks>
/// The file, little-endian: one header page of 4,096 bytes, then the vectors. A row is <see cref="Dim"/> half-precision values of a
/// unit-length vector, padded with zeros to a multiple of 64 bytes. Version 2 has more before the rows: their values as codes of one byte,
/// -127 to 127, padded likewise, then a scale a row, then a centre of dim values, so that value ≈ centre + code × scale. Vectors of a model
/// often share a direction that says nothing; without it the codes spend their steps on what differs. A scan reads codes and scales alone, one
/// after the other; the rows behind them settle its best candidates.
/// <code>
///    0  magic                   8 bytes
///    8  version                 u32   1: f16. 2: int8.
///   12  storage                 u32   0: f16 rows. 1: int8 codes, scales, centre, f16 rows.
///   16  count                   i64   rows
///   24  dim                     i32   values of a row
///   28  patches an image        i32   row = image × patches an image + patch
///   32  space                   i32   VectorSpace
///   36  grid                    i32   PatchGrid.Count
///   40  patch scale             f64   share of the image's area, (0, 1]
///   48  row stride              i64   bytes
///   56  vectors offset          i64   version 1: 4,096; version 2: the first whole page after the centre
///   64  vectors length          i64   count × stride; the file ends there
///   72  checkpoint SHA-256     32 bytes
///  104  dataset SHA-256        32 bytes
///  136  vectors SHA-256        32 bytes   version 2: of the SHA-256s of codes, of scales and centre, of rows
///  168  dataset id             i32 length, then at most 256 bytes of UTF-8
///  432  code stride            i64   bytes; this and the next three in version 2 only
///  440  codes offset           i64   4,096
///  448  scales offset          i64   codes offset + count × code stride; scales and centre are f32
///  456  code error             f64   longest difference between a row and what its codes say
///  464  untrained              u32   both versions. 1: the vectors are of the model's run before its first step; else 0
/// 4064  SHA-256 of all before  32 bytes
/// </code>
/// </remarks>
/// <param name="Count">Rows, whole images; at least one.</param>
/// <param name="Dim">1 to 65,536.</param>
/// <param name="Grid">Says how many patches an image has.</param>
/// <param name="PatchScale">Share of the image's area that a patch covers, above 0 to 1.</param>
/// <param name="CheckpointSha256">64 lower-case hexadecimal digits.</param>
/// <param name="DatasetId">At most 256 bytes of UTF-8.</param>
/// <param name="DatasetSha256">64 lower-case hexadecimal digits.</param>
public sealed record IndexHeader(
    long Count, int Dim, VectorSpace Space, PatchGrid Grid, double PatchScale, string CheckpointSha256, string DatasetId, string DatasetSha256)
{
    internal const int Size = 4096;
    private const int ChecksumAt = Size - SHA256.HashSizeInBytes;
    private const int MaxIdBytes = 256;
    private static readonly byte[] Magic = [0x93, (byte)'P', (byte)'S', (byte)'I', (byte)'D', (byte)'X', (byte)'\r', (byte)'\n'];

    /// <summary>Rows an image has.</summary>
    public int PatchesPerImage => Grid.PatchesPerImage;

    /// <summary>Images in the index.</summary>
    public long Images => Count / PatchesPerImage;

    /// <summary>What a row holds.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    /// <returns>The image's ordinal in the dataset, and the patch's place on the grid.</returns>
    public (int Image, int Patch) Place(long row) => ((int)(row / PatchesPerImage), (int)(row % PatchesPerImage));

    /// <summary>The row that holds a patch of an image.</summary>
    public long Row(long image, int patch) => (image * PatchesPerImage) + patch;

    /// <summary>Where the patches of an image of a size in pixels lie, in the order of its rows.</summary>
    public IReadOnlyList<PatchBox> Boxes(int width, int height) => Grid.Boxes(width, height, PatchScale);

    /// <summary>How the vectors are kept; f16 unless said.</summary>
    public IndexStorage Storage { get; init; }

    /// <summary>The vectors are not of the checkpoint's encoder but of its run's before the first step.</summary>
    public bool Untrained { get; init; }

    /// <summary>Length of the longest difference between a row and what its codes say, 0 to 1; set by the writer of int8 storage.</summary>
    public double CodeError { get; internal init; }

    /// <summary>SHA-256 of the vectors, as 64 lower-case hexadecimal digits; set by the writer.</summary>
    public string VectorsSha256 { get; internal init; } = new('0', 64);

    /// <summary>Bytes from row to row.</summary>
    internal int RowStride => (Dim * sizeof(ushort) + 63) / 64 * 64;

    /// <summary>Bytes from row to row of the codes.</summary>
    internal int CodeStride => Storage == IndexStorage.Int8 ? (Dim + 63) / 64 * 64 : 0;

    internal long ScalesAt => Size + Count * CodeStride;

    internal long CentreAt => ScalesAt + Count * sizeof(float);

    /// <summary>Where the half-precision rows begin.</summary>
    internal long RowsAt => Storage == IndexStorage.Int8 ? (CentreAt + Dim * sizeof(float) + Size - 1) / Size * Size : Size;

    /// <summary>Bytes of the whole file.</summary>
    internal long FileLength => checked(RowsAt + Count * RowStride);

    private uint Version => Storage == IndexStorage.Int8 ? 2u : 1;

    internal byte[] ToBytes()
    {
        Check(this, message => new ArgumentException(message));
        var bytes = new byte[Size];
        var span = bytes.AsSpan();
        Magic.CopyTo(span);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)Storage);
        BinaryPrimitives.WriteInt64LittleEndian(span[16..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(span[24..], Dim);
        BinaryPrimitives.WriteInt32LittleEndian(span[28..], PatchesPerImage);
        BinaryPrimitives.WriteInt32LittleEndian(span[32..], (int)Space);
        BinaryPrimitives.WriteInt32LittleEndian(span[36..], Grid.Count);
        BinaryPrimitives.WriteDoubleLittleEndian(span[40..], PatchScale);
        BinaryPrimitives.WriteInt64LittleEndian(span[48..], RowStride);
        BinaryPrimitives.WriteInt64LittleEndian(span[56..], RowsAt);
        BinaryPrimitives.WriteInt64LittleEndian(span[64..], Count * RowStride);
        Convert.FromHexString(CheckpointSha256).CopyTo(span[72..]);
        Convert.FromHexString(DatasetSha256).CopyTo(span[104..]);
        Convert.FromHexString(VectorsSha256).CopyTo(span[136..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[168..], Encoding.UTF8.GetBytes(DatasetId, span[172..]));
        if (Storage == IndexStorage.Int8)
        {
            BinaryPrimitives.WriteInt64LittleEndian(span[432..], CodeStride);
            BinaryPrimitives.WriteInt64LittleEndian(span[440..], Size);
            BinaryPrimitives.WriteInt64LittleEndian(span[448..], ScalesAt);
            BinaryPrimitives.WriteDoubleLittleEndian(span[456..], CodeError);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(span[464..], Untrained ? 1u : 0);
        SHA256.HashData(span[..ChecksumAt], span[ChecksumAt..]);
        return bytes;
    }

    /// <summary>Reads a header and holds every number in it, and the file's length, against the others: nothing is trusted before.</summary>
    /// <exception cref="InvalidDataException">Names what is wrong.</exception>
    internal static IndexHeader Parse(ReadOnlySpan<byte> bytes, long fileLength)
    {
        if (bytes.Length < Size) throw Corrupt($"it ends after {fileLength} bytes, within the header");
        if (!bytes.StartsWith(Magic)) throw Corrupt("it does not begin as an index file does");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version is not (1 or 2)) throw Corrupt($"its format version is {version}, and this program reads versions 1 and 2");
        if (!bytes[ChecksumAt..Size].SequenceEqual(SHA256.HashData(bytes[..ChecksumAt]))) throw Corrupt("its header's checksum is wrong");
        var storage = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (storage != version - 1) throw Corrupt($"its vectors are stored as kind {storage}, which version {version} does not have");

        var grid = new PatchGrid(BinaryPrimitives.ReadInt32LittleEndian(bytes[36..]));
        if (grid.Count != 0 && !PatchGrid.TryParse(grid.ToString(), out _)) throw Corrupt($"its grid has {grid.Count} patches");
        var idLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[168..]);
        if (idLength is < 0 or > MaxIdBytes) throw Corrupt($"its dataset id has {idLength} bytes");

        var header = new IndexHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            (VectorSpace)BinaryPrimitives.ReadInt32LittleEndian(bytes[32..]),
            grid,
            BinaryPrimitives.ReadDoubleLittleEndian(bytes[40..]),
            Convert.ToHexStringLower(bytes.Slice(72, 32)),
            Encoding.UTF8.GetString(bytes.Slice(172, idLength)),
            Convert.ToHexStringLower(bytes.Slice(104, 32)))
        {
            Storage = (IndexStorage)storage,
            CodeError = storage == 0 ? 0 : BinaryPrimitives.ReadDoubleLittleEndian(bytes[456..]),
            VectorsSha256 = Convert.ToHexStringLower(bytes.Slice(136, 32)),
            Untrained = BinaryPrimitives.ReadUInt32LittleEndian(bytes[464..]) == 1,
        };
        Check(header, Corrupt);

        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]) != header.PatchesPerImage
            || BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]) != header.RowStride
            || BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]) != header.RowsAt
            || BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]) != header.Count * header.RowStride
            || (header.Storage == IndexStorage.Int8
                && (BinaryPrimitives.ReadInt64LittleEndian(bytes[432..]) != header.CodeStride
                    || BinaryPrimitives.ReadInt64LittleEndian(bytes[440..]) != Size
                    || BinaryPrimitives.ReadInt64LittleEndian(bytes[448..]) != header.ScalesAt)))
        {
            throw Corrupt("its lengths contradict each other");
        }
        if (fileLength != header.FileLength) throw Corrupt($"it has {fileLength} bytes where its header says {header.FileLength}");
        return header;
    }

    private static void Check(IndexHeader header, Func<string, Exception> failure)
    {
        if (header.Dim is < 1 or > 65_536) throw failure($"its vectors have {header.Dim} values; 1 to 65,536 are possible");
        if (header.Count < 1 || header.Count > (long.MaxValue - 2 * Size - header.Dim * sizeof(float)) / (header.CodeStride + sizeof(float) + header.RowStride)) throw failure($"it has {header.Count} rows");
        if (header.Images > int.MaxValue) throw failure($"it has {header.Images} images");
        if (header.Count % header.PatchesPerImage != 0) throw failure($"its {header.Count} rows are not whole images of {header.PatchesPerImage} patches");
        if (!Enum.IsDefined(header.Space)) throw failure($"its vector space is number {(int)header.Space}");
        if (!(header.PatchScale is > 0 and <= 1)) throw failure($"its patch scale is {header.PatchScale}");
        if (!(header.CodeError is >= 0 and <= 1)) throw failure($"its code error is {header.CodeError}");
        if (header.CheckpointSha256.Length != 64 || header.DatasetSha256.Length != 64) throw failure("a hash is not 64 hexadecimal digits");
        if (Encoding.UTF8.GetByteCount(header.DatasetId) > MaxIdBytes) throw failure($"its dataset id is longer than {MaxIdBytes} bytes");
    }

    private static InvalidDataException Corrupt(string what) => new($"The index file is corrupt: {what}.");
}
