namespace PatchSsl.Core.Pixels;

/// <summary>A value for each of red, green and blue, on the scale 0 to 1.</summary>
public readonly record struct ChannelValues(double Red, double Green, double Blue);
