using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.State;

/// <summary>A list of the server read page by page: its order, filter and place. The server sorts and filters.</summary>
public sealed class PagedList<T>(Func<ListQuery, CancellationToken, Task<Page<T>>> fetch, int pageSize = 25)
{
    private readonly List<string?> _cursors = [null];
    private int _asked;

    /// <summary>Rows of the page; null before the first answer.</summary>
    public IReadOnlyList<T>? Items { get; private set; }

    public int PageSize => pageSize;
    public int Total { get; private set; }
    public int Index { get; private set; }
    public bool HasNext { get; private set; }

    /// <summary>Field, with a leading <c>-</c> descending; null leaves the order to the server.</summary>
    public string? Sort { get; private set; }

    public string? Filter { get; private set; }

    /// <summary>Starts over with another order or filter; call <see cref="LoadAsync"/> after it.</summary>
    public void Reset(string? sort, string? filter)
    {
        (Sort, Filter, Index) = (sort, filter, 0);
        _cursors.RemoveRange(1, _cursors.Count - 1);
    }

    /// <summary>Reads the page again.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var asked = ++_asked;
        var page = await fetch(new ListQuery(pageSize, _cursors[Index], Sort, Filter), cancellationToken);
        if (asked != _asked) return; // A newer question has been asked since.
        (Items, Total, HasNext) = (page.Items, page.Total, page.NextCursor is not null);
        _cursors.RemoveRange(Index + 1, _cursors.Count - Index - 1);
        if (page.NextCursor is not null) _cursors.Add(page.NextCursor);
    }

    /// <summary>Turns to a page already passed, or to the next.</summary>
    public Task GoToAsync(int index, CancellationToken cancellationToken)
    {
        Index = Math.Clamp(index, 0, _cursors.Count - 1);
        return LoadAsync(cancellationToken);
    }
}
