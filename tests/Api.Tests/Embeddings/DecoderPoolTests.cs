using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PatchSsl.Api.Decoding;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Tests.Server;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Tests.Embeddings;

/// <summary>Real decoder processes, and stand-ins that misbehave as a faulty native decoder would.</summary>
public sealed class DecoderPoolTests
{
    private static readonly ProcessStartInfo Hangs = new("/usr/bin/tail") { ArgumentList = { "-f", "/dev/null" } };
    private static readonly ProcessStartInfo Dies = new("/bin/false");
    private static readonly ProcessStartInfo Babbles = new("/bin/sh") { ArgumentList = { "-c", "head -c 100000 /dev/urandom | tr '\\0' '\\7'" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Good_images_come_back_upright_and_bad_ones_say_why()
    {
        using var pool = Pool(TestServer.Patience, () => SelfProcess.Start("decode"));
        var jpeg = TestImages.Jpeg(40, 24, 1);

        using var good = await pool.DecodeAsync(jpeg, null, Cancel);
        Assert.Equal((40, 24, 40 * 24 * 3), (good.Width, good.Height, good.Rgb.Length));
        using var reduced = await pool.DecodeAsync(jpeg, 20, Cancel);
        Assert.Equal((20, 12), (reduced.Width, reduced.Height));

        Assert.Equal(ImageFault.Corrupt, (await RefusedAsync(pool, jpeg[..(jpeg.Length / 2)])).Fault);
        Assert.Equal(ImageFault.Unsupported, (await RefusedAsync(pool, Encoding.ASCII.GetBytes("<svg></svg>"))).Fault);
        Assert.Equal(ImageFault.Unsupported, (await RefusedAsync(pool, [])).Fault);
        var large = await RefusedAsync(pool, TestImages.Jpeg(300, 300, 1));
        Assert.Equal(ImageFault.TooLarge, large.Fault);
        using var again = await pool.DecodeAsync(jpeg, null, Cancel);
        Assert.Equal(good.Rgb.ToArray(), again.Rgb.ToArray());
    }

    [Fact]
    public async Task A_child_that_never_answers_is_replaced_and_costs_its_image_only()
    {
        var starts = new Queue<Func<ProcessStartInfo>>([() => Hangs, () => SelfProcess.Start("decode")]);
        var time = new FakeTimeProvider();
        using var pool = Pool(TimeSpan.FromSeconds(10), () => starts.Dequeue()(), time);
        var decoding = pool.DecodeAsync(TestImages.Jpeg(8, 8, 1), null, Cancel);
        while (!decoding.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        var refusal = await Assert.ThrowsAsync<UploadRejectedException>(() => decoding);
        Assert.Contains("10 s", refusal.Message);
        using var next = await pool.DecodeAsync(TestImages.Jpeg(8, 8, 1), null, Cancel);
        Assert.Equal(8, next.Width);
    }

    [Fact]
    public async Task A_child_that_dies_or_babbles_is_replaced_and_costs_its_image_only()
    {
        var starts = new Queue<Func<ProcessStartInfo>>([() => Dies, () => Babbles, () => SelfProcess.Start("decode")]);
        using var pool = Pool(TestServer.Patience, () => starts.Dequeue()());
        for (var i = 0; i < 2; i++) Assert.Equal(ImageFault.Corrupt, (await RefusedAsync(pool, TestImages.Jpeg(8, 8, 1))).Fault);
        using var next = await pool.DecodeAsync(TestImages.Jpeg(8, 8, 1), null, Cancel);
        Assert.Equal(8, next.Width);
    }

    [Fact]
    public async Task A_caller_that_goes_away_frees_its_child()
    {
        var starts = new Queue<Func<ProcessStartInfo>>([() => Hangs, () => SelfProcess.Start("decode")]);
        using var pool = Pool(TestServer.Patience, () => starts.Dequeue()());
        using var gone = new CancellationTokenSource();
        var waiting = pool.DecodeAsync(TestImages.Jpeg(8, 8, 1), null, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        using var next = await pool.DecodeAsync(TestImages.Jpeg(8, 8, 1), null, Cancel);
        Assert.Equal(8, next.Width);
    }

    private static DecoderPool Pool(TimeSpan timeout, Func<ProcessStartInfo> child, TimeProvider? time = null) => new(
        new DecoderPoolSettings(1, timeout, 1_000_000, new ImportLimits { MaxImagePixels = 50_000 }), child, time ?? TimeProvider.System,
        NullLogger<DecoderPool>.Instance);

    private static Task<UploadRejectedException> RefusedAsync(DecoderPool pool, byte[] data) =>
        Assert.ThrowsAsync<UploadRejectedException>(() => pool.DecodeAsync(data, null, Cancel));
}
