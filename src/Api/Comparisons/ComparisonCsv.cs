using System.Globalization;
using System.Text;
using System.Text.Json;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Comparisons;

/// <summary>A comparison as comma-separated values: a line a score, with what the recipe cost beside it.</summary>
public static class ComparisonCsv
{
    private const string Header =
        "recipe,objective,sampling,state,run,evaluation,steps,seconds_a_step,patches_processed,seconds,peak_memory_bytes,device,"
        + "classifier,vectors,patches,k,temperature,learning_rate,accuracy,deviation,train_images,test_images,seed,error\r\n";

    /// <summary>RFC 4180, with a header; numbers with a point. A recipe without scores has one line.</summary>
    public static string Write(Comparison comparison)
    {
        var csv = new StringBuilder(Header);
        foreach (var row in comparison.Rows)
        {
            if (row.Scores.Count == 0) Line(csv, comparison, row, null);
            foreach (var score in row.Scores) Line(csv, comparison, row, score);
        }
        return csv.ToString();
    }

    private static void Line(StringBuilder csv, Comparison comparison, ComparedRecipe row, EvaluationScore? score) =>
        csv.AppendJoin(',', new[]
        {
            row.Recipe, row.Objective, row.Sampling, Word(row.State), row.RunId, row.EvaluationId, Number(row.Steps), Number(row.SecondsAStep),
            Number(row.Cost?.Patches), Number(row.Cost?.Seconds), Number(row.Cost?.PeakMemoryBytes), row.Cost?.Device,
            score?.Classifier, score?.Vectors is { } v ? Word(v) : null, score?.Patches, Number(score?.K), Number(score?.Temperature), Number(score?.LearningRate),
            Number(score?.Accuracy), Number(score?.Deviation), Number(row.TrainImages), Number(row.TestImages), Number(comparison.Seed), row.Error,
        }.Select(cell => Csv.Cell(cell ?? ""))).Append("\r\n");

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string? Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
}
