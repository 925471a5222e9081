using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain;
using PatchSsl.Core.Models;

namespace PatchSsl.Api.Explanations;

/// <summary>Options that kinds share which look at a sample of images in some spaces.</summary>
internal static class SampledOptions
{
    /// <summary>The spaces asked for, or the two that every model trained here has.</summary>
    public static IReadOnlyList<VectorKind> Vectors(IReadOnlyList<VectorKind>? asked, ExplanationSubject subject, string field, FieldErrors errors)
    {
        if (asked is null) return [.. new[] { VectorKind.Embedding, VectorKind.Projection }.Where(subject.Model.Offers)];
        if (asked.Count == 0) errors.Add(field, $"{field} is empty: name a space, or leave it out.");
        if (asked.Distinct().Count() < asked.Count) errors.Add(field, $"{field} names a space twice.");
        for (var i = 0; i < asked.Count; i++)
        {
            if (!subject.Model.Offers(asked[i]))
                errors.Add($"{field}[{i}]", $"{field}[{i}] is '{Csv.Word(asked[i])}', but model '{subject.Model.Id}' has no projector: allowed is embedding.");
        }
        return asked;
    }

    /// <summary>The split asked for, or the one that is taken without: null for the whole dataset.</summary>
    /// <param name="images">Images at most.</param>
    /// <returns>It, and how many images of it are looked at.</returns>
    public static (string? Split, int Images) Split(string? asked, int images, ExplanationSubject subject, string field, FieldErrors errors)
    {
        var splits = subject.Images.Splits;
        if (asked is not null && !splits.ContainsKey(asked))
        {
            errors.Add(field, $"{field} is '{Problems.Shown(asked)}': allowed is {string.Join(", ", splits.Keys)}.");
            return (asked, images);
        }
        var split = asked ?? ImageSample.DefaultSplit(splits.Keys);
        return (split, Math.Min(images, split is null ? subject.Images.Count : splits[split]));
    }

    public static IReadOnlyList<VectorSpace> Spaces(IReadOnlyList<VectorKind> vectors) => [.. vectors.Select(v => v.ToCore())];

    public static MeanEstimate Shown(this Estimate e) => new(e.Mean, e.Low, e.High, e.Count);

    public static ExpectedDifference Shown(this Expectation e) => new(e.Sign, e.Difference.Shown(), e.Verdict.Shown());

    public static ExpectationOutcome Shown(this ExpectationVerdict verdict) => verdict switch
    {
        ExpectationVerdict.AsExpected => ExpectationOutcome.AsExpected,
        ExpectationVerdict.Against => ExpectationOutcome.Against,
        ExpectationVerdict.NoneStated => ExpectationOutcome.NoneStated,
        ExpectationVerdict.RisesThenFalls => ExpectationOutcome.RisesThenFalls,
        _ => ExpectationOutcome.Undecided,
    };
}
