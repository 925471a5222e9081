using System.Globalization;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Client;

/// <summary>The pairs of a closed-form experiment as comma-separated values; the server and the dashboard write the same.</summary>
public static class ClosedFormCsv
{
    /// <summary>Names of the columns.</summary>
    public const string Header = "i,j,p_ij,p_i,p_j,ratio,best,learned";

    /// <summary>A row a pair (i,j), n² of them.</summary>
    public static IEnumerable<string[]> Rows(ClosedFormResult result) =>
        from i in Enumerable.Range(0, result.Symbols)
        from j in Enumerable.Range(0, result.Symbols)
        select (string[])
        [
            i.ToString(CultureInfo.InvariantCulture), j.ToString(CultureInfo.InvariantCulture), ApiRoutes.Number(result.Joint[i][j]),
            ApiRoutes.Number(result.Theory.Marginals[i]), ApiRoutes.Number(result.Theory.Marginals[j]), ApiRoutes.Number(result.Theory.Ratio[i][j]),
            ApiRoutes.Number(result.Theory.Best[i][j]), ApiRoutes.Number(result.Learned.Products[i][j]),
        ];

    /// <summary>The whole file.</summary>
    public static string Text(ClosedFormResult result) => string.Concat(Rows(result).Select(row => string.Join(',', row) + "\r\n").Prepend(Header + "\r\n"));

    /// <summary>Name of a downloaded file, after the hash of its inputs.</summary>
    /// <param name="extension">Without its dot.</param>
    public static string FileName(ClosedFormResult result, string extension) => $"closed-form-{result.InputsSha256[..12]}.{extension}";
}
