using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using PatchSsl.Core.Files;

namespace PatchSsl.Core.Search;

/// <summary>Writes an index file: rows in order, then <see cref="Commit"/>. Disposed without it, it leaves nothing.</summary>
public sealed class IndexWriter : IDisposable
{
    /// <summary>Rows made ready at a time: the memory that a writer takes.</summary>
    private const int BlockRows = 1024;

    private readonly IndexHeader _header;
    private readonly string _path;
    private readonly string _temporaryPath;
    private readonly SafeFileHandle _file;
    private readonly Part _codes, _scales, _halves;
    private readonly double[] _errors = new double[BlockRows];
    private readonly float[] _centre;
    private long _rows;
    private double _codeError;
    private bool _committed;

    /// <param name="path">Final name; the file is written as <c>path.tmp</c> beside it.</param>
    /// <param name="header">Count rows will be appended.</param>
    /// <exception cref="ArgumentException">The header is impossible.</exception>
    public IndexWriter(string path, IndexHeader header)
    {
        _ = header.ToBytes();
        (_path, _temporaryPath, _header) = (path, path + ".tmp", header);
        // The space is asked for at once, so that a full disk shows here and not at the end.
        _file = File.OpenHandle(_temporaryPath, FileMode.Create, FileAccess.Write, FileShare.None, preallocationSize: header.FileLength);
        _codes = new Part(_file, IndexHeader.Size, header.CodeStride);
        _scales = new Part(_file, header.ScalesAt, header.Storage == IndexStorage.Int8 ? sizeof(float) : 0);
        _halves = new Part(_file, header.RowsAt, header.RowStride);
        _centre = new float[header.RowStride / sizeof(ushort)];
    }

    /// <summary>Appends rows, scaled to unit length. Those of the first call should be a fair sample: int8 codes are of the difference from their mean.</summary>
    /// <param name="rows">(n, Dim) finite values, row-major.</param>
    public unsafe void Append(ReadOnlySpan<float> rows)
    {
        var (count, dim) = (rows.Length / _header.Dim, _header.Dim);
        if (count * dim != rows.Length) throw new ArgumentException($"Got {rows.Length} values; rows have {dim}.", nameof(rows));
        if (_rows + count > _header.Count) throw new ArgumentException($"Got row {_rows + count} of {_header.Count}.", nameof(rows));
        foreach (var row in MemoryMarshal.Cast<float, int>(rows))
        {
            if ((row & 0x7F800000) == 0x7F800000) throw new ArgumentException("A vector holds NaN or infinity.", nameof(rows));
        }
        if (_rows == 0 && _header.Storage == IndexStorage.Int8) SetCentre(rows, dim);
        fixed (float* all = rows)
        {
            for (var first = 0; first < count; first += BlockRows) Append(all + (long)first * dim, Math.Min(BlockRows, count - first));
        }
    }

    /// <summary>Completes the file: header, sync, rename, sync of the directory.</summary>
    /// <returns>Bytes of the file.</returns>
    public long Commit()
    {
        if (_rows != _header.Count) throw new InvalidOperationException($"{_rows} of {_header.Count} rows were appended.");
        var hash = _halves.Sha256();
        if (_header.Storage == IndexStorage.Int8)
        {
            _scales.Write(MemoryMarshal.AsBytes(_centre.AsSpan(0, _header.Dim)));
            _scales.Pad(_header.RowsAt);
            hash = SHA256.HashData([.. _codes.Sha256(), .. _scales.Sha256(), .. hash]);
        }
        var header = _header with { CodeError = _codeError, VectorsSha256 = Convert.ToHexStringLower(hash) };
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
        _codes.Dispose();
        _scales.Dispose();
        _halves.Dispose();
        if (!_committed) File.Delete(_temporaryPath);
    }

    private unsafe void Append(float* rows, int count)
    {
        const int group = 64;
        var dim = _header.Dim;
        Parallel.For(0, (count + group - 1) / group, g =>
        {
            var values = new float[_header.RowStride / sizeof(ushort)];
            for (var r = g * group; r < Math.Min(count, (g + 1) * group); r++) Make(new ReadOnlySpan<float>(rows + (long)r * dim, dim), r, values);
        });
        if (_header.Storage == IndexStorage.Int8)
        {
            foreach (var error in _errors.AsSpan(0, count)) _codeError = Math.Max(_codeError, error);
            _codes.Write(count);
            _scales.Write(count);
        }
        _halves.Write(count);
        _rows += count;
    }

    private void SetCentre(ReadOnlySpan<float> rows, int dim)
    {
        var sums = new double[dim];
        for (var first = 0; first < rows.Length; first += dim)
        {
            var row = rows.Slice(first, dim);
            var squares = 0.0;
            foreach (var value in row) squares += (double)value * value;
            if (squares == 0) continue;
            var scale = 1 / Math.Sqrt(squares) / (rows.Length / dim);
            for (var d = 0; d < dim; d++) sums[d] += row[d] * scale;
        }
        for (var d = 0; d < dim; d++) _centre[d] = (float)sums[d];
    }

    /// <param name="values">Scratch for a row with its padding.</param>
    private unsafe void Make(ReadOnlySpan<float> row, int r, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(_halves.Row(r));
        HalfRows.WriteUnit(row, halves);
        if (_header.Storage != IndexStorage.Int8) return;
        // Codes are of the row as it is kept, so that their error is against what settles the answers.
        fixed (ushort* from = halves)
        {
            fixed (float* to = values) HalfRows.Widen(from, halves.Length, to);
        }
        for (var d = 0; d < values.Length; d++) values[d] = values[d] * HalfRows.Scale - _centre[d];
        var codes = MemoryMarshal.Cast<byte, sbyte>(_codes.Row(r));
        MemoryMarshal.Write(_scales.Row(r), CodeRows.Write(values, codes, out _errors[r]));
    }

    /// <summary>A stretch of the file that grows block by block, with its checksum.</summary>
    private sealed class Part(SafeFileHandle file, long at, int stride) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] _block = new byte[BlockRows * stride];
        private long _at = at;

        public Span<byte> Row(int r) => _block.AsSpan(r * stride, stride);

        public void Write(int rows) => Write(_block.AsSpan(0, rows * stride));

        /// <summary>Zeros up to where the next part begins.</summary>
        public void Pad(long end) => Write(new byte[end - _at]);

        public byte[] Sha256() => _hash.GetHashAndReset();

        public void Dispose() => _hash.Dispose();

        public void Write(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(file, bytes, _at);
            _hash.AppendData(bytes);
            _at += bytes.Length;
        }
    }
}
