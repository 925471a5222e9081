namespace PatchSsl.Core.Recipes;

/// <summary>Every setting of a training run. Defaults are those of <c>emp-ssl</c>: the published ones where there are any.</summary>
/// <remarks>
/// Sources: [B] Bag of Image Patch Embedding, arXiv 2206.08954. [E] EMP-SSL, arXiv 2304.03977, and its public code.
/// [V] VICReg, arXiv 2105.04906, and its public code. [S] solo-learn's recipes for CIFAR-10. Other papers are named by their arXiv number.
/// </remarks>
public sealed record Recipe
{
    private const string Method = "Objective", Patches = "Patches", Colours = "Augmentation", Network = "Model", Steps = "Optimisation", Watch = "Monitoring";

    /// <summary>Name of the catalogue's recipe it comes from.</summary>
    public required string Name { get; init; }

    [RecipeField(Method, "What is minimised.",
        Choices = ["emp-ssl", "bag-vicreg", "vicreg", "simclr", "byol", "barlow-twins", "spectral"], Source = "[E]")]
    public string Objective { get; init; } = "emp-ssl";

    [RecipeField(Method, "Weight of the similarity of a patch to the mean of its image's patches, in emp-ssl.", Min = 0, Max = 10_000, Source = "[E]")]
    public double SimilarityWeight { get; init; } = 200;

    [RecipeField(Method, "Weight of the coding rate, in emp-ssl.", Min = 0, Max = 10_000, Source = "[E]")]
    public double CodingRateWeight { get; init; } = 1;

    [RecipeField(Method, "Distortion ε of the coding rate, in emp-ssl.", Min = 1e-4, Max = 10, Source = "[E] code")]
    public double CodingRateEpsilon { get; init; } = .2;

    [RecipeField(Method, "Weight of the squared distance of views, in vicreg.", Min = 0, Max = 10_000, Source = "[V]")]
    public double InvarianceWeight { get; init; } = 25;

    [RecipeField(Method, "Weight of the variance hinge, in vicreg.", Min = 0, Max = 10_000, Source = "[V]")]
    public double VarianceWeight { get; init; } = 25;

    [RecipeField(Method, "Weight of the covariances off the diagonal, in vicreg.", Min = 0, Max = 10_000, Source = "[V]")]
    public double CovarianceWeight { get; init; } = 1;

    [RecipeField(Method, "Temperature of simclr: the lower, the more the nearest patches of other images count.", Min = .01, Max = 10, Source = "[S]")]
    public double Temperature { get; init; } = .2;

    [RecipeField(Method, "Weight of the correlations off the diagonal, in barlow-twins.", Min = 0, Max = 10, Source = "2103.03230")]
    public double BarlowLambda { get; init; } = .005;

    [RecipeField(Method, "Factor on the whole of barlow-twins.", Min = 1e-6, Max = 100, Source = "[S]")]
    public double BarlowScale { get; init; } = .1;

    [RecipeField(Method, "Width of the hidden layer of byol's predictor; 0: as the projector's.", Min = 0, Max = 16384, Source = "[S]")]
    public int PredictorHidden { get; init; }

    [RecipeField(Method, "τ at the start: the share of byol's target network that a step keeps. It rises to 1 along a cosine.", Min = 0, Max = 1, Source = "2006.07733, [S]")]
    public double TargetMomentum { get; init; } = .99;

    [RecipeField(Patches, "fixed: square patches of one scale; multi: random areas and ratios, the usual baseline.", Choices = ["fixed", "multi"], Source = "[B]")]
    public string Sampling { get; init; } = "fixed";

    [RecipeField(Patches, "Share of the image's area that a patch covers; with multi sampling, that an evaluation patch covers.", Min = .001, Max = 1, Source = "[E] code")]
    public double PatchScale { get; init; } = .25;

    [RecipeField(Patches, "Smallest share of the image's area, with multi sampling.", Min = .001, Max = 1, Source = "[V] code")]
    public double MultiScaleMin { get; init; } = .08;

    [RecipeField(Patches, "Largest share of the image's area, with multi sampling.", Min = .001, Max = 1, Source = "[V] code")]
    public double MultiScaleMax { get; init; } = 1;

    [RecipeField(Patches, "Patches drawn of an image in a step.", Min = 2, Max = 200, Source = "[E]")]
    public int Views { get; init; } = 20;

    [RecipeField(Patches, "Images in a step.", Min = 2, Max = 8192, Source = "[E]")]
    public int BatchImages { get; init; } = 100;

    [RecipeField(Patches, "Side of the encoder's input in pixels; patches are resized to it.", Min = 8, Max = 512, Source = "[E] code")]
    public int InputSize { get; init; } = 32;

    [RecipeField(Colours, "Probability of a horizontal flip.", Min = 0, Max = 1, Source = "[E] code")]
    public double FlipProbability { get; init; } = .5;

    [RecipeField(Colours, "Probability of colour jitter.", Min = 0, Max = 1, Source = "[E] code")]
    public double JitterProbability { get; init; } = .8;

    [RecipeField(Colours, "Brightness factor is drawn from 1 ± this.", Min = 0, Max = 1, Source = "[E] code")]
    public double JitterBrightness { get; init; } = .4;

    [RecipeField(Colours, "Contrast factor is drawn from 1 ± this.", Min = 0, Max = 1, Source = "[E] code")]
    public double JitterContrast { get; init; } = .4;

    [RecipeField(Colours, "Saturation factor is drawn from 1 ± this.", Min = 0, Max = 1, Source = "[E] code")]
    public double JitterSaturation { get; init; } = .4;

    [RecipeField(Colours, "Hue is turned by ± this share of the circle.", Min = 0, Max = .5, Source = "[E] code")]
    public double JitterHue { get; init; } = .2;

    [RecipeField(Colours, "Probability of becoming grey.", Min = 0, Max = 1, Source = "[E] code")]
    public double GrayscaleProbability { get; init; } = .2;

    [RecipeField(Colours, "Probability of a Gaussian blur.", Min = 0, Max = 1, Source = "[E] code")]
    public double BlurProbability { get; init; } = .1;

    [RecipeField(Colours, "Smallest standard deviation of the blur, in pixels of the encoder's input.", Min = .01, Max = 10, Source = "[E] code")]
    public double BlurSigmaMin { get; init; } = .1;

    [RecipeField(Colours, "Largest standard deviation of the blur, in pixels of the encoder's input.", Min = .01, Max = 10, Source = "[E] code")]
    public double BlurSigmaMax { get; init; } = 2;

    [RecipeField(Colours, "Probability of solarising.", Min = 0, Max = 1, Source = "[E] code")]
    public double SolarizeProbability { get; init; } = .1;

    [RecipeField(Colours, "Values from this level (of 255) up are inverted by solarising.", Min = 0, Max = 255, Source = "[E] code")]
    public double SolarizeThreshold { get; init; } = 128;

    [RecipeField(Colours, "Subtracted from values in 0 to 1 before the encoder.", Min = 0, Max = 1, Source = "[E] code")]
    public double NormalizeMean { get; init; } = .5;

    [RecipeField(Colours, "Values are divided by this after the mean is subtracted.", Min = .01, Max = 1, Source = "[E] code")]
    public double NormalizeStd { get; init; } = .5;

    [RecipeField(Network, "Layers of the ResNet.", Choices = ["18", "34", "50"], Source = "[E]")]
    public int Depth { get; init; } = 18;

    [RecipeField(Network, "Factor on the ResNet's channels; small machines train narrow ones.", Min = .0625, Max = 4, Source = "[E]")]
    public double Width { get; init; } = 1;

    [RecipeField(Network, "cifar: 3×3, stride 1, no pooling, for small inputs; imagenet: 7×7, stride 2, pooled.", Choices = ["cifar", "imagenet"], Source = "[E] code")]
    public string Stem { get; init; } = "cifar";

    [RecipeField(Network, "Width of the projector's hidden layers.", Min = 8, Max = 16384, Source = "[E]")]
    public int ProjectorHidden { get; init; } = 4096;

    [RecipeField(Network, "Linear layers of the projector.", Min = 2, Max = 4, Source = "[E]")]
    public int ProjectorLayers { get; init; } = 3;

    [RecipeField(Network, "Values of a projection.", Min = 8, Max = 16384, Source = "[E]")]
    public int ProjectionDim { get; init; } = 1024;

    [RecipeField(Steps, "Passes over the training images that the learning rate's cosine spans.", Min = 1, Max = 10_000, Source = "[E] code")]
    public int Epochs { get; init; } = 2;

    [RecipeField(Steps, "Steps that the cosine spans, instead of epochs; 0 leaves it to epochs.", Min = 0, Max = 100_000_000, Source = "own choice")]
    public int MaxSteps { get; init; }

    [RecipeField(Steps, "Share of the schedule that is run: .5 of 2 epochs is the published one-epoch result.", Min = .001, Max = 1, Source = "[E] code")]
    public double StopAfter { get; init; } = 1;

    [RecipeField(Steps, "sgd: gradient descent with Nesterov momentum; lars scales it layer by layer; adamw scales it value by value.", Choices = ["lars", "sgd", "adamw"], Source = "[E] code")]
    public string Optimiser { get; init; } = "lars";

    [RecipeField(Steps, "Highest learning rate; 0.001 is usual for adamw.", Min = 0, Max = 100, Source = "[E], [S]")]
    public double LearningRate { get; init; } = .3;

    [RecipeField(Steps, "Momentum of lars and sgd.", Min = 0, Max = .9999, Source = "[E] code")]
    public double Momentum { get; init; } = .9;

    [RecipeField(Steps, "β₁ of adamw: the share of its mean gradient that a step keeps.", Min = 0, Max = .9999, Source = "1711.05101")]
    public double Beta1 { get; init; } = .9;

    [RecipeField(Steps, "β₂ of adamw: the share of its mean squared gradient that a step keeps.", Min = 0, Max = .999999, Source = "1711.05101")]
    public double Beta2 { get; init; } = .999;

    [RecipeField(Steps, "Weight decay of matrices; biases and norms have none.", Min = 0, Max = 1, Source = "[E]")]
    public double WeightDecay { get; init; } = 1e-4;

    [RecipeField(Steps, "Trust coefficient η of lars.", Min = 1e-6, Max = 1, Source = "[E] code, [S]")]
    public double LarsEta { get; init; } = .005;

    [RecipeField(Steps, "Share of the schedule in which the learning rate rises linearly.", Min = 0, Max = .9, Source = "[E] code, [S]")]
    public double Warmup { get; init; }

    [RecipeField(Watch, "Steps between two reports of the losses.", Min = 1, Max = 100_000, Source = "own choice")]
    public int MetricsEvery { get; init; } = 5;

    [RecipeField(Watch, "Steps between two diagnostics of collapse on held-out patches, or more where they would take over their part of 2 % of the time; 0 for none.", Min = 0, Max = 10_000_000, Source = "own choice")]
    public int DiagnosticsEvery { get; init; } = 50;

    [RecipeField(Watch, "Steps between two kNN accuracies on a small part of a labelled dataset, or more where they would take over their part of 2 % of the time; 0 for none.", Min = 0, Max = 10_000_000, Source = "own choice")]
    public int KnnEvery { get; init; } = 200;

    [RecipeField(Watch, "Seconds between two checkpoints; 0 leaves it to steps.", Min = 0, Max = 86_400, Source = "own choice")]
    public double CheckpointEverySeconds { get; init; } = 60;

    [RecipeField(Watch, "Steps between two checkpoints; 0 leaves it to seconds.", Min = 0, Max = 10_000_000, Source = "own choice")]
    public int CheckpointEverySteps { get; init; }
}
