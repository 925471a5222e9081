using PatchSsl.Api.Tests.Server;

namespace PatchSsl.Api.Tests.Runs;

/// <summary>Tests of what is kept of runs, on one server: no run of theirs is ever trained.</summary>
[CollectionDefinition(Name)]
public sealed class RunRecords : ICollectionFixture<RunRecords.Fixture>
{
    public const string Name = "run records";

    public sealed class Fixture : IAsyncDisposable
    {
        public TestServer Server { get; } = new();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
