using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PatchSsl.Api.Embeddings;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain.Map;

namespace PatchSsl.Api.Indexes;

/// <summary>The query string of a map request, as sent.</summary>
public sealed record MapQuery
{
    /// <summary>How points are laid out: pca.</summary>
    [FromQuery(Name = "method"), DefaultValue("pca"), AllowedValues("pca")] public string? Method { get; init; }

    /// <summary>Points, 1 to 200,000 (default 20,000): all patches where there are no more, otherwise a sample.</summary>
    [FromQuery(Name = "points"), DefaultValue(20_000)] public int? Points { get; init; }

    /// <summary>Decides which patches a sample holds and where the search for clusters begins; default 0.</summary>
    [FromQuery(Name = "seed"), DefaultValue(0L)] public long? Seed { get; init; }

    /// <summary>Which two principal components x and y are, each 1 to 10; default 1,2.</summary>
    [FromQuery(Name = "components"), DefaultValue("1,2")] public string? Components { get; init; }

    /// <summary>Clusters to find, 2 to 50 (default 10), or 0 for none.</summary>
    [FromQuery(Name = "clusters"), DefaultValue(10)] public int? Clusters { get; init; }

    /// <summary>In JSON: array (default) writes columns as numbers, base64 as little-endian float32 and int32.</summary>
    [FromQuery(Name = "encoding"), DefaultValue("array"), AllowedValues("array", "base64")] public string? Encoding { get; init; }

    /// <summary>json, csv or arrow; by default what Accept asks for.</summary>
    [FromQuery(Name = "format"), AllowedValues("json", "csv", "arrow")] public string? Format { get; init; }
}

/// <summary>What a map is written as.</summary>
public enum MapFormat { Json, Csv, Arrow }

/// <summary>A map request, checked.</summary>
public sealed record MapQuestion(MapRequest Request, MapFormat Format, bool Base64)
{
    /// <summary>Components that there are to choose from.</summary>
    public const int MostComponents = 10;

    private const int MostClusters = 50;

    /// <param name="accepted">What the Accept header asks for.</param>
    /// <exception cref="ProblemException">422 with everything that is wrong.</exception>
    public static MapQuestion Parse(MapQuery query, Func<MapFormat> accepted)
    {
        var errors = new FieldErrors();
        var usual = new MapRequest();
        errors.Choice("method", query.Method, MapMethod.Pca);
        var encoding = errors.Choice("encoding", query.Encoding, VectorEncoding.Array);
        var format = string.IsNullOrEmpty(query.Format) ? (MapFormat?)null : errors.Choice("format", query.Format, MapFormat.Json);
        var (points, clusters) = (query.Points ?? usual.Points, query.Clusters ?? usual.Clusters);
        if (points is < 1 or > PatchLayout.MostPoints) errors.Add("points", $"points is {points}: allowed is 1 to {PatchLayout.MostPoints:N0}.");
        if (clusters is not 0 and (< 2 or > MostClusters)) errors.Add("clusters", $"clusters is {clusters}: allowed is 2 to {MostClusters}, or 0 for none.");
        var (x, y) = (usual.X, usual.Y);
        if (!string.IsNullOrEmpty(query.Components) && Pair(query.Components) is var pair)
        {
            if (pair is null) errors.Add("components", $"components is '{Problems.Shown(query.Components)}': allowed are two different numbers from 1 to {MostComponents}, as in 1,2.");
            else (x, y) = pair.Value;
        }
        errors.Throw();
        return new MapQuestion(new MapRequest(points, query.Seed ?? usual.Seed, x, y, clusters), format ?? accepted(), encoding == VectorEncoding.Base64);
    }

    private static (int X, int Y)? Pair(string text)
    {
        var parts = text.Split(',');
        return parts.Length == 2 && Number(parts[0]) is { } x && Number(parts[1]) is { } y && x != y ? (x, y) : null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostComponents ? number : null;
}
