namespace PatchSsl.Client;

/// <summary>Which page of a list to ask for.</summary>
/// <param name="Limit">Rows a page, 1 to 500.</param>
/// <param name="Cursor"><c>nextCursor</c> of the page before; null for the first.</param>
/// <param name="Sort">A field name; with a leading <c>-</c> descending.</param>
/// <param name="Filter">Text that the name must contain; <c>state:running</c>, <c>dataset:…</c>, <c>recipe:…</c> and <c>tag:…</c> narrow by field.</param>
public sealed record ListQuery(int Limit = 50, string? Cursor = null, string? Sort = null, string? Filter = null)
{
    internal string On(string route) => ApiRoutes.WithQuery(route,
        ("limit", ApiRoutes.Whole(Limit)), ("cursor", Cursor), ("sort", Sort), ("filter", Filter));
}
