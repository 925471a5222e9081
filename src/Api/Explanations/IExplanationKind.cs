using System.Text.Json;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Jobs;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Images;
using PatchSsl.Core.Jobs;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Explanations;

/// <summary>What a report is about.</summary>
/// <param name="Images">The dataset's images, open as long as the request is checked.</param>
public sealed record ExplanationSubject(EmbeddingModel Model, DatasetRow Dataset, ImageStore Images);

/// <summary>What the worker is told: whose report it is, and that kind's own spec.</summary>
public sealed record ExplainSpec(ExplanationKind Kind, JsonElement Asked);

/// <summary>One kind of report, from the request to its figures; <see cref="ExplanationKinds"/> lists them.</summary>
/// <remarks>
/// <code>
/// request ─ Fill (defaults, refusals) ─ row ─ Spec ─ worker: Run ─ Report ─ row ─┬─ page
///                                                                             └─ Rows: CSV
/// </code>
/// </remarks>
public interface IExplanationKind
{
    ExplanationKind Kind { get; }

    Reading Reading { get; }

    /// <summary>Names of the CSV's columns, separated by commas.</summary>
    string Columns { get; }

    /// <summary>Whether this kind's options were given.</summary>
    bool Given(ExplanationOptions options);

    /// <summary>The options with every default filled in; what is wrong with them is added to the errors under <c>options.kind.field</c>.</summary>
    ExplanationOptions Fill(ExplanationOptions? asked, ExplanationSubject subject, FieldErrors errors);

    /// <summary>What Core is asked, as the worker gets it.</summary>
    JsonElement Spec(ExplanationRow row, string datasetDirectory, string checkpointPath);

    /// <summary>The work; called in the worker.</summary>
    /// <exception cref="JobFailedException">Why it cannot be done.</exception>
    JsonElement Run(JsonElement spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken stop);

    /// <summary>The figures of what <see cref="Run"/> returned.</summary>
    ExplanationReport Report(JsonElement result);

    /// <summary>The CSV's rows, cells as they are.</summary>
    IEnumerable<IEnumerable<string>> Rows(ExplanationReport report);
}

/// <summary>A kind whose spec and result are Core's records.</summary>
public abstract class ExplanationKindOf<TSpec, TResult> : IExplanationKind
{
    public abstract ExplanationKind Kind { get; }

    public abstract Reading Reading { get; }

    public abstract string Columns { get; }

    public abstract bool Given(ExplanationOptions options);

    public abstract ExplanationOptions Fill(ExplanationOptions? asked, ExplanationSubject subject, FieldErrors errors);

    public JsonElement Spec(ExplanationRow row, string datasetDirectory, string checkpointPath) =>
        JsonSerializer.SerializeToElement(Asked(row, datasetDirectory, checkpointPath), WorkerEvent.Json);

    public JsonElement Run(JsonElement spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken stop) =>
        JsonSerializer.SerializeToElement(Measure(spec.Deserialize<TSpec>(WorkerEvent.Json)!, runtime, reporter, stop), WorkerEvent.Json);

    public ExplanationReport Report(JsonElement result) => Shown(result.Deserialize<TResult>(WorkerEvent.Json)!);

    public abstract IEnumerable<IEnumerable<string>> Rows(ExplanationReport report);

    protected abstract TSpec Asked(ExplanationRow row, string datasetDirectory, string checkpointPath);

    protected abstract TResult Measure(TSpec spec, TorchRuntime runtime, IJobReporter reporter, CancellationToken stop);

    protected abstract ExplanationReport Shown(TResult result);

    /// <summary>Adds an error where a number is outside its range.</summary>
    protected static void Range(FieldErrors errors, string field, double value, double least, double most)
    {
        if (!(value >= least && value <= most)) errors.Add(field, FormattableString.Invariant($"{field} is {value}: allowed is {least:#,0.####} to {most:#,0.####}."));
    }
}
