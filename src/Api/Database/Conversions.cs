using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PatchSsl.Api.Database;

/// <summary>A time as UTC ticks.</summary>
public sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(t => t.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

/// <summary>A small value as JSON text.</summary>
public sealed class JsonColumn<T>() : ValueConverter<T, string>(
    value => JsonSerializer.Serialize(value, JsonColumn.Options), text => JsonSerializer.Deserialize<T>(text, JsonColumn.Options)!)
    where T : class;

/// <summary>Compares such values by their JSON.</summary>
public sealed class JsonComparer<T>() : ValueComparer<T>(
    (a, b) => JsonSerializer.Serialize(a, JsonColumn.Options) == JsonSerializer.Serialize(b, JsonColumn.Options),
    value => JsonSerializer.Serialize(value, JsonColumn.Options).GetHashCode(StringComparison.Ordinal))
    where T : class;

/// <summary>How columns of JSON are written; NaN and infinities as text.</summary>
public static class JsonColumn
{
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
}
