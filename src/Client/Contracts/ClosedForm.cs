namespace PatchSsl.Client.Contracts;

/// <summary>What the closed-form experiment is run on: a preset, or a joint of one's own.</summary>
/// <param name="Preset">Name of a preset; not together with <paramref name="Joint"/>.</param>
/// <param name="Joint">p(i,j), how often two symbols come from one image: 2 to 64 rows, symmetric, not negative, summing to 1.</param>
/// <param name="Symbols">Of a preset: up to 64; absent for its own number. With a joint: its number of rows, or absent.</param>
/// <param name="Dimension">Of the embedding, 1 to 64.</param>
/// <param name="Steps">Of training, 20 to 2,000, 1,024 pairs each.</param>
/// <param name="Seed">Of the first table and of the pairs.</param>
public sealed record ClosedFormRequest(
    string? Preset = null, IReadOnlyList<IReadOnlyList<double>?>? Joint = null, int? Symbols = null, int Dimension = ClosedFormRequest.DefaultDimension,
    int Steps = ClosedFormRequest.DefaultSteps, long Seed = 0)
{
    public const int DefaultDimension = 8, DefaultSteps = 300;
}

/// <summary>A joint that is worth looking at.</summary>
/// <param name="Name">As a request names it.</param>
/// <param name="FewestSymbols">Fewest symbols it can be asked for with.</param>
/// <param name="OfImages">True where it comes from images whose patches are drawn independently: then no eigenvalue is negative.</param>
/// <param name="Joint">p(i,j) with the number of symbols asked for, or as near as the preset allows.</param>
public sealed record ClosedFormPreset(string Name, string Title, string Description, int FewestSymbols, bool OfImages, IReadOnlyList<IReadOnlyList<double>> Joint);

/// <summary>The presets.</summary>
public sealed record ClosedFormPresets(IReadOnlyList<ClosedFormPreset> Items);

/// <summary>What the spectral loss is minimised by: from the eigenvalues of D^-½ P D^-½, where P is the joint and D has p(i) on its diagonal.</summary>
/// <param name="Marginals">p(i).</param>
/// <param name="Ratio">p(i,j) / (p(i) p(j)).</param>
/// <param name="Best">The best that products of d dimensions can do; one of several where <paramref name="BestIsUnique"/> is false.</param>
/// <param name="Eigenvalues">Falling; the first is 1.</param>
/// <param name="Rank">Eigenvalues that differ from 0.</param>
/// <param name="Negative">Negative eigenvalues, which no embedding can represent.</param>
/// <param name="Kept">Eigenvalues that d dimensions represent.</param>
/// <param name="MinimumLoss">The least loss that d dimensions can have.</param>
/// <param name="AttainableR2">Weighted R² of <paramref name="Best"/> against <paramref name="Ratio"/>; null where every ratio is 1.</param>
public sealed record ClosedFormTheory(
    IReadOnlyList<double> Marginals, IReadOnlyList<IReadOnlyList<double>> Ratio, IReadOnlyList<IReadOnlyList<double>> Best, bool BestIsUnique,
    IReadOnlyList<double> Eigenvalues, int Rank, int Negative, int Kept, double MinimumLoss, double? AttainableR2);

/// <summary>How far training is.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Loss">Over all pairs, without sampling.</param>
/// <param name="BatchLoss">Of the last batch, as <c>spectral</c> gave it; null before the first step.</param>
/// <param name="R2">Weighted R² of products against ratios; null where every ratio is 1.</param>
/// <param name="Products">w z_i·z_j, to four significant digits.</param>
public sealed record ClosedFormFrame(int Step, double Loss, double? BatchLoss, double? R2, IReadOnlyList<IReadOnlyList<double>> Products);

/// <summary>Learned products against what they should be, pairs weighted by p(i) p(j).</summary>
/// <param name="R2">1 where they agree, 0 where they know nothing; null where every target is 1.</param>
/// <param name="Slope">Of the straight line of learned against target; null likewise.</param>
/// <param name="MaxError">Largest difference.</param>
public sealed record ClosedFormFit(double? R2, double? Slope, double MaxError);

/// <summary>The leading subspace learned against the theory's.</summary>
/// <param name="Dimensions">As many as a difference of eigenvalues of at least 0.1 sets off from the rest.</param>
/// <param name="Gap">That difference.</param>
/// <param name="AnglesDegrees">Principal angles, rising.</param>
public sealed record ClosedFormSubspace(int Dimensions, double Gap, IReadOnlyList<double> AnglesDegrees);

/// <summary>What was learned.</summary>
/// <param name="Products">w z_i·z_j.</param>
/// <param name="Eigenvalues">Of √p(i) √p(j) z_i·z_j, falling.</param>
/// <param name="Loss">At the end, over all pairs.</param>
/// <param name="ToRatio">Products against p(i,j) / (p(i) p(j)).</param>
/// <param name="ToBest">Products against the best of d dimensions; null where several are equally good.</param>
/// <param name="Subspace">Null where no gap between eigenvalues is clear enough.</param>
public sealed record ClosedFormLearned(
    IReadOnlyList<IReadOnlyList<double>> Products, IReadOnlyList<double> Eigenvalues, double Loss, ClosedFormFit ToRatio, ClosedFormFit? ToBest,
    ClosedFormSubspace? Subspace);

/// <summary>The same training on pairs whose second patches changed places within the batch: it must show no structure.</summary>
/// <param name="ToRatio">R² and slope are about 0.</param>
/// <param name="Deviation">Weighted standard deviation of its products from 1.</param>
/// <param name="Eigenvalues">The first is 1, the others about 0.</param>
public sealed record ClosedFormControl(ClosedFormFit ToRatio, double Deviation, IReadOnlyList<double> Eigenvalues);

/// <summary>A point of the loss curve; as in <see cref="ClosedFormFrame"/>.</summary>
public sealed record ClosedFormPoint(int Step, double Loss, double? BatchLoss, double? R2);

/// <summary>A closed-form experiment: what was learned beside what should have been.</summary>
/// <param name="InputsSha256">Of joint, dimension, steps and seed: the same inputs have the same hash, and on one machine the same result.</param>
/// <param name="Device">What it was computed with.</param>
/// <param name="W">Factor of z_i·z_j; 1 for this form of the loss.</param>
/// <param name="Joint">p(i,j), as used.</param>
public sealed record ClosedFormResult(
    string InputsSha256, string? Preset, int Symbols, int Dimension, int Steps, long Seed, string Device, double W, IReadOnlyList<IReadOnlyList<double>> Joint,
    ClosedFormTheory Theory, ClosedFormLearned Learned, ClosedFormControl Control, IReadOnlyList<ClosedFormPoint> Curve);

/// <summary>A line of the answer as <c>application/x-ndjson</c>: the theory first, then frames, and the result last. One of the three is there.</summary>
public sealed record ClosedFormLine(ClosedFormTheory? Theory = null, ClosedFormFrame? Frame = null, ClosedFormResult? Result = null);
