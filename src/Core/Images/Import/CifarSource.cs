using System.Globalization;
using PatchSsl.Core.Jobs;

namespace PatchSsl.Core.Images.Import;

/// <summary>The binary archives of CIFAR-10 and CIFAR-100, as published or packed anew, in the order of the archive.</summary>
/// <remarks>
/// CIFAR-10: <c>data_batch_1.bin … data_batch_5.bin</c> and <c>test_batch.bin</c>, one label byte and 3 × 32 × 32 planar pixels an image.
/// CIFAR-100: <c>train.bin</c> and <c>test.bin</c>, a coarse and a fine label byte first; the fine one is the class. Class names come from
/// <c>batches.meta.txt</c> or <c>fine_label_names.txt</c>, and are numbers where the file is missing.
/// </remarks>
internal sealed class CifarSource : IImportSource
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private const int LargestMeta = 1 << 20;
    private const StringSplitOptions Lines = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private readonly string _path;
    private readonly ImportLimits _limits;
    private readonly string[] _classes = [];
    private readonly bool _hundred;

    /// <exception cref="JobFailedException">There is no batch in it, or one is cut off.</exception>
    public CifarSource(string path, ImportLimits limits, CancellationToken stop)
    {
        _path = path;
        _limits = limits;
        var lengths = new List<(string Name, long Length)>();
        foreach (var member in ArchiveMembers.Read(path, limits, stop))
        {
            var name = Path.GetFileName(member.Name);
            if (IsBatch(name)) lengths.Add((name, member.Length));
            if (name is "batches.meta.txt" or "fine_label_names.txt" && member.Length <= LargestMeta)
                _classes = new StreamReader(member.Data).ReadToEnd().Split('\n', Lines);
        }
        if (lengths.Count == 0) throw new JobFailedException("The archive holds no CIFAR batch (data_batch_1.bin … or train.bin).");
        _hundred = lengths.Exists(batch => batch.Name is "train.bin" or "test.bin");
        foreach (var (name, length) in lengths)
        {
            if (length == 0 || length % RecordBytes != 0)
                throw new JobFailedException($"{name} has {length} bytes, which are no whole number of {RecordBytes}-byte records.");
            Count += checked((int)(length / RecordBytes));
        }
    }

    public int Count { get; }

    private int LabelBytes => _hundred ? 2 : 1;

    private int RecordBytes => LabelBytes + 3 * Plane;

    private int ClassCount => _classes.Length > 0 ? _classes.Length : _hundred ? 100 : 10;

    /// <summary>True for the names the published archives use.</summary>
    public static bool IsBatch(string name) => name is "train.bin" or "test.bin" or "test_batch.bin" ||
        name.StartsWith("data_batch_", StringComparison.Ordinal) && name.EndsWith(".bin", StringComparison.Ordinal);

    public IEnumerable<ImportItem> Items(CancellationToken stop)
    {
        foreach (var member in ArchiveMembers.Read(_path, _limits, stop))
        {
            var name = Path.GetFileName(member.Name);
            if (!IsBatch(name)) continue;
            var split = name.StartsWith("test", StringComparison.Ordinal) ? "test" : ImportLayout.DefaultSplit;
            for (var i = 0; i < member.Length / RecordBytes; i++)
            {
                stop.ThrowIfCancellationRequested();
                var record = new byte[RecordBytes];
                member.Data.ReadExactly(record);
                yield return Item(record, split, $"{Path.GetFileNameWithoutExtension(name)}-{i:D5}");
            }
        }
    }

    public void Dispose()
    {
    }

    private ImportItem Item(byte[] record, string split, string name)
    {
        var label = record[LabelBytes - 1];
        if (label >= ClassCount)
            return new ImportItem(name, new Placement(null, split)) { Problem = $"Its label is {label}; there are {ClassCount} classes." };
        var className = _classes.Length > 0 ? _classes[label] : label.ToString(_hundred ? "D2" : "D1", CultureInfo.InvariantCulture);
        var rgb = new byte[3 * Plane];
        for (var i = 0; i < Plane; i++)
            for (var channel = 0; channel < 3; channel++) rgb[3 * i + channel] = record[LabelBytes + channel * Plane + i];
        return new ImportItem($"{split}/{className}/{name}", new Placement(className, split))
        {
            Image = new DecodedImage(Side, Side, rgb),
            Bytes = record.Length,
        };
    }
}
