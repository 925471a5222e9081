namespace PatchSsl.Client.Contracts;

/// <param name="Images">Images at most, 3 to 5,000; a seeded sample where there are more.</param>
/// <param name="Patches">Patches that are averaged, square numbers from 1 to 256, two to sixteen of them; absent: 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 144, 196, 256.</param>
/// <param name="Vectors">Absent: the embedding, and the projection where the model has one.</param>
/// <param name="Split">One of the dataset's splits; absent: test where there is one, otherwise all images.</param>
public sealed record ConvergenceOptions(
    int Images = 200, IReadOnlyList<int>? Patches = null, IReadOnlyList<VectorKind>? Vectors = null, string? Split = null);

/// <summary>How close the average of an image's patch vectors comes to the vector of the whole image.</summary>
/// <param name="Images">Images measured.</param>
/// <param name="ImagesFrom">Images there were to choose from.</param>
/// <param name="Split">The split they come from; null for the whole dataset.</param>
/// <param name="Protocol">In words, precise enough to repeat it.</param>
public sealed record ConvergenceReport(int Images, int ImagesFrom, string? Split, IReadOnlyList<ConvergenceCurve> Curves, string Protocol);

/// <summary>The curve of one space.</summary>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Points">By number of patches, rising.</param>
/// <param name="Rise">Cosine with the whole image, most patches less fewest; no verdict, which is <paramref name="Trend"/>'s.</param>
/// <param name="Own">With the most patches, centred cosine with the own image less that with another.</param>
/// <param name="Falls">Steps from one number of patches to the next at which the mean cosine falls.</param>
/// <param name="Trend">Whether the curve rises; null in a report of an earlier version, which compared the ends alone.</param>
public sealed record ConvergenceCurve(
    VectorKind Vectors, int Dimensions, IReadOnlyList<ConvergencePoint> Points, ExpectedDifference Rise, ExpectedDifference Own, int Falls,
    ConvergenceTrend? Trend = null);

/// <summary>Whether the cosine with the whole image rises with the number of patches, judged on the whole curve.</summary>
/// <param name="Slope">Least-squares slope over log2 of the number of patches: cosine a doubling, with the interval over the images.</param>
/// <param name="Peak">Number of patches with the highest mean cosine.</param>
/// <param name="Rise">From the fewest patches to the peak; the interval allows for the peak having been chosen by looking.</param>
/// <param name="Fall">From the peak to the most patches, 0 or below; likewise.</param>
/// <param name="Outcome">
/// risesThenFalls where rise and fall are both beyond doubt and the smaller is a tenth of the larger or more; otherwise by the slope's interval.
/// </param>
public sealed record ConvergenceTrend(MeanEstimate Slope, int Peak, MeanEstimate Rise, MeanEstimate Fall, ExpectationOutcome Outcome);

/// <summary>Cosines of the averages of so many patches.</summary>
/// <param name="Cosine">With the vector of the own whole image.</param>
/// <param name="Other">Control: with that of another image.</param>
/// <param name="Centred">As cosine, after the mean whole-image vector was taken off both.</param>
/// <param name="CentredOther">As other, after the mean whole-image vector was taken off both.</param>
/// <param name="Largest">With the average of the most patches of the own image.</param>
public sealed record ConvergencePoint(
    int Patches, CosineSpread Cosine, CosineSpread Other, CosineSpread Centred, CosineSpread CentredOther, CosineSpread Largest);

/// <summary>How cosines, -1 to 1, spread over the images.</summary>
/// <param name="Low">Lower end of the mean's 95 % interval.</param>
/// <param name="High">Upper end of the mean's 95 % interval.</param>
/// <param name="Deviation">Standard deviation over the images.</param>
/// <param name="P5">5 % of the images lie below.</param>
/// <param name="Q1">Lower quartile.</param>
/// <param name="Q3">Upper quartile.</param>
/// <param name="P95">5 % of the images lie above.</param>
public sealed record CosineSpread(
    double Mean, double Low, double High, double Deviation, double P5, double Q1, double Median, double Q3, double P95);
