using System.Text.Json.Serialization;

namespace PatchSsl.Client.Contracts;

/// <summary>One page of a list.</summary>
/// <param name="Items">The rows, in the order asked for.</param>
/// <param name="NextCursor">Hand it back as <c>cursor</c> for the next page; null on the last one.</param>
/// <param name="Total">Rows in the whole list, after filtering.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor, int Total);

/// <summary>A rectangle in pixels of the stored upright image; (0, 0) is its top left corner.</summary>
/// <param name="X">Left edge, 0 ≤ x ≤ image width - width.</param>
/// <param name="Y">Top edge, 0 ≤ y ≤ image height - height.</param>
/// <param name="Width">Width in pixels, at least 1.</param>
/// <param name="Height">Height in pixels, at least 1.</param>
public sealed record Box(double X, double Y, double Width, double Height);

/// <summary>How far a job is.</summary>
/// <param name="Done">Units finished.</param>
/// <param name="Total">Units in all; 0 while unknown.</param>
/// <param name="Unit">What is counted: images, patches, steps.</param>
/// <param name="Rate">Units a second over the last seconds; null until measured.</param>
/// <param name="EtaSeconds">Seconds left at that rate; null while unknown.</param>
public sealed record Progress(long Done, long Total, string Unit, double? Rate, double? EtaSeconds);

/// <summary>State of a dataset, index, evaluation, explanation or model.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ResourceState>))]
public enum ResourceState { Queued, Building, Ready, Failed }

/// <summary>State of a job, and of a run.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<JobState>))]
public enum JobState { Queued, Running, Stopping, Completed, Stopped, Failed, Interrupted }

/// <summary>What a job does.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<JobKind>))]
public enum JobKind { Import, Train, Index, Evaluate, Pace, Explain }

/// <summary>Work that outlives the request that asked for it.</summary>
/// <param name="ResourceId">The dataset, run, index or evaluation that the job makes; of a pace job, the part of the comparison whose pace it measures.</param>
/// <param name="Error">Why it failed, for a person to read; null otherwise.</param>
public sealed record Job(
    string Id, JobKind Kind, string ResourceId, JobState State, Progress? Progress, string? Error,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

/// <summary>RFC 9457 problem details, as every answer outside 2xx carries them.</summary>
/// <param name="Errors">For an invalid recipe or request: field name → what is wrong with it, all at once.</param>
public sealed record Problem(
    string? Type, string? Title, int? Status, string? Detail, string? TraceId, IReadOnlyDictionary<string, string[]>? Errors = null);

/// <summary>Writes an enum as camelCase text, so that JSON, query strings and the docs use one spelling.</summary>
public sealed class CamelCaseEnumConverter<T>()
    : JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false) where T : struct, Enum;
