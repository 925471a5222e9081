namespace PatchSsl.Client;

/// <summary>Objectives, as a comparison's rows name them, as people write them.</summary>
public static class ObjectiveNames
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["vicreg"] = "VICReg",
        ["simclr"] = "SimCLR",
        ["byol"] = "BYOL",
        ["emp-ssl"] = "EMP-SSL",
        ["tcr"] = "TCR",
        ["barlow-twins"] = "Barlow Twins",
        ["spectral"] = "Spectral",
    };

    /// <summary>An unknown one stays as it is.</summary>
    public static string Of(string objective) => Known.GetValueOrDefault(objective, objective);
}
