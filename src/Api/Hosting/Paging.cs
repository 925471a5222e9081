using System.Globalization;
using System.Linq.Expressions;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Hosting;

/// <summary>What every list takes.</summary>
/// <param name="Limit">Rows of a page, 1 to 1,000.</param>
/// <param name="Cursor">From the page before.</param>
/// <param name="Sort">A column, with a leading <c>-</c> for the largest first.</param>
/// <param name="Filter">Text that the row's name contains.</param>
public sealed record PageQuery(int? Limit = null, string? Cursor = null, string? Sort = null, string? Filter = null)
{
    /// <summary>The page's size.</summary>
    /// <exception cref="ProblemException">400: outside 1 to 1,000.</exception>
    public int Size => Limit switch
    {
        null => 50,
        >= 1 and <= 1_000 => Limit.Value,
        _ => throw new ProblemException(Problems.BadRequest($"limit is {Limit}; allowed is 1 to 1,000.")),
    };
}

/// <summary>Pages by key, so that a row added or removed meanwhile neither hides nor repeats another.</summary>
/// <param name="Id">Breaks ties.</param>
/// <param name="Columns">Sortable columns by name: a text, a time or a number each.</param>
public sealed record Paging<TRow>(
    Expression<Func<TRow, string>> Id, string Default, IReadOnlyDictionary<string, LambdaExpression> Columns) where TRow : class
{
    private sealed record Cursor(string Sort, string Value, string Id);

    /// <param name="query">Rows that match, in any order.</param>
    /// <exception cref="ProblemException">400: the cursor, sort or limit is wrong.</exception>
    public async Task<Page<TItem>> PageAsync<TItem>(
        IQueryable<TRow> query, PageQuery page, Func<IReadOnlyList<TRow>, Task<IReadOnlyList<TItem>>> show, CancellationToken cancellationToken)
    {
        var sort = page.Sort ?? Default;
        var descending = sort.StartsWith('-');
        if (!Columns.TryGetValue(sort.TrimStart('-'), out var column))
            throw new ProblemException(Problems.BadRequest(
                $"sort is '{Problems.Shown(sort)}'; allowed is {string.Join(", ", Columns.Keys)}, with a leading - for descending."));
        var total = await query.CountAsync(cancellationToken);
        if (page.Cursor is { } text) query = query.Where(After(Read(text, sort), column, descending));
        var rows = await Ordered(query, column, descending).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(rows.Count - 1);
        return new Page<TItem>(await show(rows), more ? Write(sort, column, rows[^1]) : null, total);
    }

    private IQueryable<TRow> Ordered(IQueryable<TRow> query, LambdaExpression column, bool descending)
    {
        var name = descending ? nameof(Queryable.OrderByDescending) : nameof(Queryable.OrderBy);
        var ordered = Expression.Call(typeof(Queryable), name, [typeof(TRow), column.ReturnType], query.Expression, Expression.Quote(column));
        var typed = (IOrderedQueryable<TRow>)query.Provider.CreateQuery<TRow>(ordered);
        return descending ? typed.ThenByDescending(Id) : typed.ThenBy(Id);
    }

    /// <summary>column &gt; value || column == value &amp;&amp; id &gt; last id; the other way round when descending.</summary>
    private Expression<Func<TRow, bool>> After(Cursor cursor, LambdaExpression column, bool descending)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        var key = new Replace(column.Parameters[0], row).Visit(column.Body);
        var id = new Replace(Id.Parameters[0], row).Visit(Id.Body);
        var value = Captured(Parse(cursor.Value, column.ReturnType), column.ReturnType);
        var last = Captured(cursor.Id, typeof(string));
        var body = Expression.OrElse(
            Beyond(key, value, descending),
            Expression.AndAlso(Expression.Equal(key, value), Beyond(id, last, descending)));
        return Expression.Lambda<Func<TRow, bool>>(body, row);
    }

    private static Expression Beyond(Expression left, Expression right, bool descending)
    {
        if (left.Type == typeof(string))
        {
            left = Expression.Call(typeof(string), nameof(string.Compare), null, left, right);
            right = Expression.Constant(0);
        }
        return descending ? Expression.LessThan(left, right) : Expression.GreaterThan(left, right);
    }

    /// <summary>A value as a captured variable is, so that it becomes a parameter of the SQL.</summary>
    private static Expression Captured(object value, Type type) =>
        Expression.Convert(Expression.Field(Expression.Constant(new Box { Value = value }), nameof(Box.Value)), type);

    private sealed class Box
    {
        public object? Value;
    }

    private sealed class Replace(Expression from, Expression to) : ExpressionVisitor
    {
        public override Expression Visit(Expression? node) => node == from ? to : base.Visit(node)!;
    }

    private string Write(string sort, LambdaExpression column, TRow last)
    {
        var value = column.Compile().DynamicInvoke(last)!;
        var text = value is DateTimeOffset time ? time.UtcTicks.ToString(CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return Convert.ToHexStringLower(JsonSerializer.SerializeToUtf8Bytes(new Cursor(sort, text, Id.Compile()(last))));
    }

    private static Cursor Read(string text, string sort)
    {
        try
        {
            if (JsonSerializer.Deserialize<Cursor>(Encoding.UTF8.GetString(Convert.FromHexString(text))) is { Value: not null, Id: not null } cursor && cursor.Sort == sort)
                return cursor;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // told below, like a cursor of another list
        }
        throw new ProblemException(Problems.BadRequest($"cursor '{Problems.Shown(text)}' is none of this list in this order."));
    }

    private static object Parse(string value, Type type)
    {
        try
        {
            return type == typeof(DateTimeOffset)
                ? new DateTimeOffset(long.Parse(value, CultureInfo.InvariantCulture), TimeSpan.Zero)
                : Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new ProblemException(Problems.BadRequest("cursor is none of this list."));
        }
    }
}
