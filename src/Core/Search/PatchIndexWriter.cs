using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using PatchSsl.Core.Files;

namespace PatchSsl.Core.Search;

/// <summary>Writes an index file: rows in order, then <see cref="Commit"/>. Disposed without it, it leaves nothing.</summary>
public sealed class PatchIndexWriter : IDisposable
{
    private readonly PatchIndexHeader _header;
    private readonly string _path;
    private readonly string _temporaryPath;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = [];
    private long _rows;
    private bool _committed;

    /// <param name="path">Final name; the file is written as <c>path.tmp</c> beside it.</param>
    /// <param name="header">Count rows will be appended.</param>
    /// <exception cref="ArgumentException">The header is impossible.</exception>
    public PatchIndexWriter(string path, PatchIndexHeader header)
    {
        _ = header.ToBytes();
        (_path, _temporaryPath, _header) = (path, path + ".tmp", header);
        // The space is asked for at once, so that a full disk shows here and not at the end.
        _file = File.OpenHandle(_temporaryPath, FileMode.Create, FileAccess.Write, FileShare.None, preallocationSize: header.FileLength);
    }

    /// <summary>Appends rows, scaled to unit length.</summary>
    /// <param name="rows">(n, Dim) finite values, row-major.</param>
    public void Append(ReadOnlySpan<float> rows)
    {
        var count = rows.Length / _header.Dim;
        if (count * _header.Dim != rows.Length) throw new ArgumentException($"Got {rows.Length} values; rows have {_header.Dim}.", nameof(rows));
        if (_rows + count > _header.Count) throw new ArgumentException($"Got row {_rows + count} of {_header.Count}.", nameof(rows));
        var bytes = count * _header.RowStride;
        if (_buffer.Length < bytes) _buffer = new byte[bytes];
        var halves = MemoryMarshal.Cast<byte, ushort>(_buffer.AsSpan(0, bytes));
        var stride = _header.RowStride / sizeof(ushort);
        for (var r = 0; r < count; r++) HalfRows.WriteUnit(rows.Slice(r * _header.Dim, _header.Dim), halves.Slice(r * stride, stride));
        RandomAccess.Write(_file, _buffer.AsSpan(0, bytes), PatchIndexHeader.Size + _rows * _header.RowStride);
        _hash.AppendData(_buffer.AsSpan(0, bytes));
        _rows += count;
    }

    /// <summary>Completes the file: header, sync, rename, sync of the directory.</summary>
    /// <returns>Bytes of the file.</returns>
    public long Commit()
    {
        if (_rows != _header.Count) throw new InvalidOperationException($"{_rows} of {_header.Count} rows were appended.");
        var header = _header with { VectorsSha256 = Convert.ToHexStringLower(_hash.GetHashAndReset()) };
        RandomAccess.Write(_file, header.ToBytes(), 0);
        DurableFile.Publish(_file, _temporaryPath, _path);
        _committed = true;
        _file.Dispose(); // ends the lock that keeps readers out
        return header.FileLength;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        if (!_committed) File.Delete(_temporaryPath);
    }
}
