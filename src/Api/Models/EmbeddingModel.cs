using System.Text.Json;
using PatchSsl.Api.Database;
using PatchSsl.Api.Hosting;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Checkpoints;
using PatchSsl.Core.Models;
using PatchSsl.Core.Pixels;

namespace PatchSsl.Api.Models;

/// <summary>A model that can embed: its row with what its file says about it.</summary>
/// <param name="Path">Its file.</param>
public sealed record EmbeddingModel(ModelRow Row, string Name, string Path, CheckpointInfo Info)
{
    public string Id => Row.Id;

    /// <summary>As its run was before the first step, instead of what training made of it.</summary>
    public bool Untrained { get; init; }

    /// <summary>Whether a run of this server made it: only then its weights before training are known.</summary>
    public bool HasRun => Row is CheckpointRow && Info.RecipeJson is not null;

    public string Sha256 => Row.Sha256;

    public ModelSpec Spec => Info.Model;

    /// <summary>Whether the model gives vectors of a kind.</summary>
    public bool Offers(VectorKind kind) => Spec.Dim(kind.ToCore()) is not null;

    /// <summary>Refuses to go on with vectors that the model does not give.</summary>
    /// <exception cref="ProblemException">422 naming the field.</exception>
    public void Demand(VectorKind kind, string field = "vectors")
    {
        if (Offers(kind)) return;
        var errors = new FieldErrors();
        errors.Add(field, $"{field} is '{JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())}', but model '{Id}' has no projector: allowed is embedding.");
        errors.Throw();
    }

    public Model ToContract() => new(
        Id, Name, Row is ImportedModelRow ? "imported" : "checkpoint", (Row as CheckpointRow)?.RunId, (Row as CheckpointRow)?.Step, Spec.EmbeddingDim,
        Spec.Dim(VectorSpace.Hidden), Spec.Dim(VectorSpace.Projection), Spec.InputSize, Spec.PatchScale, Sha256, Row.CreatedAt)
    {
        Architecture = new ModelArchitecture(Spec.Depth, Spec.Width, Spec.Stem == Stem.ImageNet ? "imagenet" : "cifar", Values(Spec.Mean), Values(Spec.Deviation)),
        Bytes = Row.Bytes,
        SourceSha256 = Info.Extra.GetValueOrDefault(EncoderImport.SourceSha256),
        LeftOut = Info.Extra.GetValueOrDefault(EncoderImport.LeftOut),
    };

    private static double[] Values(ChannelValues values) => [values.Red, values.Green, values.Blue];
}
