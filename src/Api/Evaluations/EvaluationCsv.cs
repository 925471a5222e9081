using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Api.Models;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Evaluations;

/// <summary>
/// Finished evaluations as CSV, a row a score, with what the number is worth beside it: interval, tests against the baselines, protocol, hash, seed and
/// the cost of the training. Always answering the largest class, and guessing, are rows of their own.
/// </summary>
public static class EvaluationCsv
{
    private const string Header =
        "evaluation,model,model_name,model_sha256,dataset,dataset_name,kind,of,vectors,patches,classifier,accuracy,low,high,sd,k,temperature,learning_rate," +
        "cosine_to_whole,seed,train_images,test_images,patches_processed,wall_seconds,peak_memory_bytes,device,created_at," +
        "trained_on_test,p_untrained,p_largest_class,p_raw_pixels,protocol";

    /// <param name="rows">With their dataset, model and run; those that are not ready have no score and so no row.</param>
    public static PushStreamHttpResult Stream(IAsyncEnumerable<EvaluationRow> rows, string fileName) => Csv.Stream(Header, LinesAsync(rows), fileName);

    private static async IAsyncEnumerable<IEnumerable<string>> LinesAsync(IAsyncEnumerable<EvaluationRow> rows)
    {
        await foreach (var row in rows)
        {
            foreach (var s in row.Scores)
            {
                var cosine = row.Agreement.FirstOrDefault(a => a.Vectors == s.Vectors && a.Patches == s.Patches)?.MeanCosine;
                yield return Cells(row, "model", s, cosine);
            }
            foreach (var b in row.Baselines)
                yield return Cells(row, b.Name, new EvaluationScore(b.Classifier, b.Vectors, b.Patches, b.Accuracy, b.Deviation, b.K, b.Temperature, b.LearningRate), null);
            if (row.Reading is not { } reading) continue;
            yield return Cells(row, "largest class", new EvaluationScore("constant", null, "", reading.LargestClassShare), null);
            yield return Cells(row, "guess", new EvaluationScore("constant", null, "", 1.0 / reading.Classes), null);
        }
    }

    private static IEnumerable<string> Cells(EvaluationRow row, string of, EvaluationScore score, double? cosine)
    {
        var measured = of == "guess" ? score : score.WithInterval(row.TestImages);
        return
        [
            row.Id, row.ModelId, Csv.Cell(ModelCatalog.Name(row.Model)), row.ModelSha256 ?? "", row.DatasetId, Csv.Cell(row.Dataset!.Name), Csv.Word(row.Kind),
            of, score.Vectors is { } space ? Csv.Word(space) : "", score.Patches, score.Classifier, Csv.Number(score.Accuracy), Csv.Number(measured.Low),
            Csv.Number(measured.High), Csv.Number(score.Deviation), Csv.Number(score.K), Csv.Number(score.Temperature), Csv.Number(score.LearningRate),
            Csv.Number(cosine), Csv.Number(row.Seed), Csv.Number(row.TrainImages), Csv.Number(row.TestImages), Csv.Number(row.Cost?.Patches),
            Csv.Number(row.Cost?.Seconds), Csv.Number(row.Cost?.PeakMemoryBytes), Csv.Cell(row.Cost?.Device ?? ""),
            row.CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), Csv.Number(row.Reading?.TrainedOnTest),
            P("untrained encoder"), P("largest class"), P("raw pixels"), Csv.Cell(row.Protocol),
        ];

        // Of the model's own scores alone.
        string P(string baseline) => of != "model" ? "" : Csv.Number(row.Reading?.Tests.FirstOrDefault(t => t.Baseline == baseline && Findings.Is(t, score))?.PValue);
    }
}
