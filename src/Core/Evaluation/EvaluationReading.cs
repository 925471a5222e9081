namespace PatchSsl.Core.Evaluation;

/// <summary>What an evaluation's figures are to be held against.</summary>
/// <param name="Classes">Classes that take part: guessing is right once in so many.</param>
/// <param name="LargestClass">The class with the most train images; of equals, the one with the most test images.</param>
/// <param name="LargestClassShare">Share of test images that always answering it gets right, 0 to 1.</param>
/// <param name="TrainedOnTest">Test images that the model was trained on, without their labels; null where that cannot be told.</param>
/// <param name="Tests">Each of the model's scores against each baseline in the same setting, and against the largest class.</param>
public sealed record EvaluationReading(
    int Classes, string LargestClass, double LargestClassShare, int? TrainedOnTest, IReadOnlyList<BaselineTest> Tests);

/// <summary>One of the model's scores against a baseline's on the same test images.</summary>
/// <param name="Score">Index of the model's score.</param>
/// <param name="Baseline"><c>raw pixels</c>, <c>untrained encoder</c> or <c>largest class</c>.</param>
/// <param name="Better">Test images on which the model does better: kNN right where the baseline is wrong, linear right with more of its seeds.</param>
/// <param name="Worse">Test images on which the baseline does better.</param>
/// <param name="PValue">Of <see cref="SignTest"/>, 0 to 1.</param>
public sealed record BaselineTest(int Score, string Baseline, int Better, int Worse, double PValue);

/// <summary>What is needed to tell on which images of its dataset a run was trained.</summary>
/// <param name="Seed">Of the run.</param>
/// <param name="BatchImages">Images a step.</param>
public sealed record TrainedOn(long Seed, int BatchImages);
