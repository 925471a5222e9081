namespace PatchSsl.Core.Pixels;

/// <summary>How much a pixel counts, by its distance from the middle of an output pixel.</summary>
internal enum ResizeKernel
{
    /// <summary>Falls to 0 within a pixel: bilinear.</summary>
    Triangle,

    /// <summary>Three lobes: sharper, as pictures are kept.</summary>
    Lanczos,
}

/// <summary>Which pixels along one edge of a box make up each output pixel, and by how much.</summary>
/// <remarks>
/// The weights are those of antialiased resizing of the crop (torchvision's, PIL's): a kernel as wide as an output pixel, at least as an input
/// pixel, cut off at the box's edge, and summing to 1. Every output pixel has the same number of taps; those with few are filled up with zeros,
/// on the side where pixels of the box are left.
/// </remarks>
internal sealed class ResizeTaps(ResizeKernel kernel = ResizeKernel.Triangle)
{
    private int[] _starts = [];
    private float[] _weights = [];
    private (double Start, double Length, int Pixels, int Size, bool Mirrored, double Unit) _held;

    /// <summary>First pixel of the box; those left of it have no weight.</summary>
    public int First { get; private set; }

    /// <summary>Pixels of the box.</summary>
    public int Length { get; private set; }

    /// <summary>Taps of an output pixel, at most <see cref="Length"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Where the taps of each output pixel start, counted from <see cref="First"/>.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>(P, Count).</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Computes the taps of an edge in place of those held: nothing is allocated unless they are more than ever before.</summary>
    /// <param name="start">Where the box begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="pixels">Pixels of the image along this axis.</param>
    /// <param name="size">P, output pixels.</param>
    /// <param name="mirrored">Output pixels in reverse order.</param>
    /// <param name="unit">What the weights of an output pixel sum to.</param>
    public void Set(double start, double length, int pixels, int size, bool mirrored, double unit = 1)
    {
        if (_held == (start, length, pixels, size, mirrored, unit)) return;
        _held = (start, length, pixels, size, mirrored, unit);
        var scale = length / size;
        var unitWidth = Math.Max(scale, 1);                                             // input pixels that the kernel takes for one
        var support = kernel == ResizeKernel.Lanczos ? 3 * unitWidth : unitWidth;
        First = Math.Max((int)Math.Floor(start), 0);
        Length = Math.Min((int)Math.Ceiling(start + length), pixels) - First;
        Count = Math.Min((int)Math.Floor(2 * support) + 1, Length);
        if (_starts.Length < size) _starts = new int[size];
        if (_weights.Length < size * Count) _weights = new float[size * Count];
        for (var o = 0; o < size; o++)
        {
            var place = mirrored ? size - 1 - o : o;
            var centre = start - First + ((o + .5) * scale) - .5;
            var from = Math.Clamp((int)Math.Ceiling(centre - support), 0, Length - Count);
            var taps = _weights.AsSpan(place * Count, Count);
            var sum = 0.0;
            for (var k = 0; k < Count; k++)
            {
                var weight = Weight(from + k);
                (taps[k], sum) = ((float)weight, sum + weight);
            }
            for (var k = 0; k < Count; k++) taps[k] *= (float)(unit / sum);
            _starts[place] = from;

            double Weight(int pixel)
            {
                var distance = Math.Abs(pixel - centre) / unitWidth;
                return kernel == ResizeKernel.Lanczos ? Lanczos(distance) : Math.Max(0, 1 - distance);
            }
        }
    }

    private static double Lanczos(double x) => x < 3 ? Sinc(x) * Sinc(x / 3) : 0;

    private static double Sinc(double x) => x < 1e-8 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
