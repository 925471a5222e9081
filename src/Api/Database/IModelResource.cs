using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Database;

/// <summary>What a job makes of one model and one dataset: an index, an evaluation.</summary>
public interface IModelResource
{
    string Id { get; }
    string DatasetId { get; }
    DatasetRow? Dataset { get; }
    string ModelId { get; }
    ModelRow? Model { get; }
    ResourceState State { get; }
    string? JobId { get; }
}
