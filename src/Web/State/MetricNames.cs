namespace PatchSsl.Web.State;

/// <summary>How metrics are shown: their panel, their title, and whether they are shares.</summary>
public static class MetricNames
{
    /// <summary>True for values between 0 and 1 that read best in percent.</summary>
    public static bool IsShare(string name) =>
        name.Contains("knn", StringComparison.OrdinalIgnoreCase) || name.Contains("accuracy", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("fill", StringComparison.OrdinalIgnoreCase);
}
