using System.Text.Json;

namespace PatchSsl.Core.Checkpoints;

/// <summary>What it took to train a model to where it is: the figures to compare runs by, since epochs and steps of two recipes do not compare.</summary>
/// <remarks>
/// Of all sittings of a run together; time it stood still is left out, and so is work that a crash took back, after the last checkpoint.
/// </remarks>
/// <param name="Patches">Patches that went forward and backward through the model.</param>
/// <param name="Seconds">Time at work by the clock: training, diagnostics and checkpoints.</param>
/// <param name="PeakMemoryBytes">Most memory the training process held at once, images mapped from disk among it; on a GPU, the most that its memory
/// grew by is added, where the driver tells.</param>
/// <param name="Device">Device, library and precision; several, with a semicolon between, where sittings were on different ones.</param>
public sealed record TrainingCost(long Patches, double Seconds, long PeakMemoryBytes, string Device)
{
    /// <summary>As kept in a checkpoint.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <exception cref="InvalidDataException">The text is no such account.</exception>
    public static TrainingCost FromJson(string json)
    {
        try
        {
            var cost = JsonSerializer.Deserialize<TrainingCost>(json, JsonSerializerOptions.Web);
            if (cost is { Patches: >= 0, Seconds: >= 0 and < 1e12, PeakMemoryBytes: >= 0, Device: not null }) return cost;
        }
        catch (JsonException)
        {
            // told below
        }
        throw new InvalidDataException("its cost is not an account of patches, seconds, memory and device.");
    }
}
