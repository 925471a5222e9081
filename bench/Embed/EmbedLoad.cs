using System.Diagnostics;

namespace PatchSsl.Bench;

/// <summary>Processor time of those who share the machine.</summary>
internal readonly record struct EmbedCost(TimeSpan Server, TimeSpan Decoders, TimeSpan Clients)
{
    public static EmbedCost operator +(EmbedCost a, EmbedCost b) => new(a.Server + b.Server, a.Decoders + b.Decoders, a.Clients + b.Clients);

    public string Per(int images) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"processor time an image: server {Server.TotalMilliseconds / images:0.00} ms, decoders {Decoders.TotalMilliseconds / images:0.00} ms, clients {Clients.TotalMilliseconds / images:0.00} ms");
}

/// <summary>Callers that each keep one request under way.</summary>
internal sealed class EmbedLoad : IDisposable
{
    private readonly RunningServer _server;
    private readonly EmbedClient[] _clients;
    private readonly byte[][] _requests;
    private readonly float[][]? _alone;
    private int _wrong;

    public EmbedLoad(RunningServer server, string model, IReadOnlyList<byte[]> files, int clients, string accept)
    {
        _server = server;
        _requests = [.. files.Select(file => EmbedClient.Request(server.Http.BaseAddress!, model, file, accept))];
        _clients = [.. Enumerable.Range(0, clients).Select(_ => new EmbedClient(server.Http.BaseAddress!))];
        if (accept == "application/x-npy") _alone = [.. _requests.Select(request => EmbedClient.Vector(_clients[0].AskAsync(request).GetAwaiter().GetResult().Span))];
    }

    /// <summary>Answers under load whose cosine to the same image's on the idle server is below .99999.</summary>
    public int Wrong => _wrong;

    public void One() => _clients[0].AskAsync(_requests[0]).GetAwaiter().GetResult();

    /// <summary>Asks for as many images, every client for the next as soon as it has its answer.</summary>
    public (double ImagesPerSecond, EmbedCost Cost) Run(int images)
    {
        var (server, decoders) = (_server.CpuTime, _server.ChildrenCpuTime);
        using var self = Process.GetCurrentProcess();
        var own = self.TotalProcessorTime;
        var (next, start) = (-1, Stopwatch.GetTimestamp());
        Task.WhenAll(_clients.Select(client => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < images;)
            {
                var image = i % _requests.Length;
                var answer = await client.AskAsync(_requests[image]);
                if (_alone is not null && Product(EmbedClient.Vector(answer.Span), _alone[image]) < .99999f) Interlocked.Increment(ref _wrong);
            }
        }))).GetAwaiter().GetResult();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        self.Refresh();
        return (images / seconds, new EmbedCost(_server.CpuTime - server, _server.ChildrenCpuTime - decoders, self.TotalProcessorTime - own));
    }

    /// <summary>The cosine, since both are of unit length.</summary>
    private static float Product(float[] a, float[] b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }
}
