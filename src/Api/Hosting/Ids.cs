using System.Security.Cryptography;

namespace PatchSsl.Api.Hosting;

/// <summary>Opaque ids: a prefix that tells the kind, and 80 random bits. They are looked up, never taken apart or used as paths by text.</summary>
public static class Ids
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    public static string Dataset() => New("ds");
    public static string Run() => New("run");
    public static string Index() => New("idx");
    public static string Evaluation() => New("ev");
    public static string Explanation() => New("xp");
    public static string Comparison() => New("cmp");
    public static string ComparisonPart() => New("cpt");
    public static string Job() => New("job");
    public static string Checkpoint() => New("ck");
    public static string ImportedModel() => New("mdl");

    private static string New(string prefix) => $"{prefix}_{RandomNumberGenerator.GetString(Alphabet, 16)}";
}
