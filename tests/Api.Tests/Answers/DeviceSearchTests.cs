using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PatchSsl.Api.Indexes;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Runtime;
using PatchSsl.Core.Search;

namespace PatchSsl.Api.Tests.Answers;

/// <summary>Where a search runs, with the CPU as the device.</summary>
[Collection(AnswersCollection.Name)]
public sealed class DeviceSearchTests(AnswersFixture answers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly List<string> _log = [];
    private int _starts;

    [Theory]
    [InlineData(0, true)]
    [InlineData(1L << 30, false)]
    public void Libtorch_is_left_alone_where_there_is_no_device_or_no_memory_for_it(long bytes, bool hasDevice)
    {
        using var index = Open();
        var search = Search(bytes, hasDevice);
        Assert.Equal(Expected(index), search.Search(index, Queries(index), Cancel));
        Assert.Equal((0, 0L), (_starts, search.BytesTaken));
        Assert.Empty(_log);
    }

    [Fact]
    public void Rows_are_uploaded_once_and_freed_with_the_index()
    {
        var search = Search(1 << 30);
        using (var index = Open())
        {
            for (var i = 0; i < 3; i++) Assert.Equal(Expected(index), search.Search(index, Queries(index), Cancel));
            Assert.Equal((1, DeviceIndex.BytesOf(index.Rows)), (_starts, search.BytesTaken));
        }
        Assert.Equal(0, search.BytesTaken);
        Assert.Single(_log);
    }

    [Fact]
    public void What_does_not_fit_beside_the_others_is_scanned_by_the_cpu_and_said_once()
    {
        using var first = Open();
        using var second = Open();
        var each = DeviceIndex.BytesOf(first.Rows);
        var search = Search((2 * each) - 1);
        foreach (var index in new[] { first, second, second }) Assert.Equal(Expected(index), search.Search(index, Queries(index), Cancel));
        Assert.Equal(each, search.BytesTaken);
        Assert.Equal(2, _log.Count);
        Assert.Contains($"Search:DeviceBytes allows {(2 * each) - 1}", _log[1]);
    }

    [Fact]
    public void A_device_that_fails_costs_a_line_in_the_log_and_no_answer()
    {
        using var index = Open();
        var search = new DeviceSearch(1 << 30, () => true, () => { _starts++; throw new TorchUnavailableException("no such device"); }, new Lines(_log));
        for (var i = 0; i < 3; i++) Assert.Equal(Expected(index), search.Search(index, Queries(index), Cancel));
        Assert.Equal((1, 0L), (_starts, search.BytesTaken));
        Assert.Contains("no such device", Assert.Single(_log));
    }

    [Fact]
    public void A_copy_that_is_lost_meanwhile_costs_no_answer()
    {
        using var index = Open();
        var search = Search(1 << 30);
        search.Search(index, Queries(index), Cancel);
        index.Copy(_ => null, _ => { })!.Dispose();
        for (var i = 0; i < 2; i++) Assert.Equal(Expected(index), search.Search(index, Queries(index), Cancel));
        Assert.Equal(0, search.BytesTaken);
        Assert.Equal(2, _log.Count);
    }

    [Fact]
    public void A_query_that_cannot_be_asked_is_no_failure_of_the_device()
    {
        using var index = Open();
        var search = Search(1 << 30);
        Assert.Throws<ArgumentException>(() => search.Search(index, [new PatchQuery(new float[index.Rows.Dim], new SearchOptions { K = 1 })], Cancel));
        Assert.Equal(DeviceIndex.BytesOf(index.Rows), search.BytesTaken);
    }

    [Fact]
    public async Task Neighbours_are_the_same_from_the_device()
    {
        var search = Search(1 << 30);
        await using var scope = answers.Server.Services.CreateAsyncScope();
        var neighbours = ActivatorUtilities.CreateInstance<NeighbourSearch>(scope.ServiceProvider, search);
        var id = answers.Index.Id;
        NeighbourRequest[] requests =
        [
            new(new NeighbourQuery(PatchId: $"{id}-3"), 8), new(new NeighbourQuery(PatchId: $"{id}-70"), 20, OnePerImage: true, ExcludeSameImage: true),
        ];
        var found = await neighbours.FindAsync(id, requests, i => $"[{i}].", Cancel);
        Assert.Equal(1, _starts);
        foreach (var (request, result) in requests.Zip(found))
            Assert.Equal((await answers.Server.Api.FindNeighboursAsync(id, request, Cancel)).Items, result.Items);
        // The server's own open index holds this copy: it must not outlive the test.
        answers.Server.Services.GetRequiredService<OpenIndexes>().Drop(id);
        Assert.Equal(0, search.BytesTaken);
    }

    private OpenIndex Open() => new(answers.Index.Id, IndexFile.Open(Path.Combine(answers.Server.Data, "indexes", $"{answers.Index.Id}.index")));

    private DeviceSearch Search(long bytes, bool hasDevice = true) => new(
        bytes, () => hasDevice, () =>
        {
            _starts++;
            return TorchRuntime.Start(new TorchOptions { Device = "cpu", Precision = "float32", Threads = 1 });
        }, new Lines(_log));

    private static PatchQuery[] Queries(OpenIndex index) =>
        [new(index.Rows.Vector(5), new SearchOptions { K = 7 }), new(index.Rows.Vector(9), new SearchOptions { K = 4, OnePerImage = true, ExcludeImage = 2, Images = i => i % 3 > 0 })];

    private static IReadOnlyList<IReadOnlyList<Hit>> Expected(OpenIndex index) => index.Rows.SearchBatch(Queries(index), Cancel);

    private sealed class Lines(List<string> lines) : ILogger<DeviceSearch>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> text) => lines.Add(text(state, exception));
    }
}
