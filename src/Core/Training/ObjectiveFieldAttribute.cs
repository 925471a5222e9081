using PatchSsl.Core.Objectives;

namespace PatchSsl.Core.Training;

/// <summary>A recipe's field that may be any objective of the catalogue.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ObjectiveFieldAttribute : RecipeFieldAttribute
{
    public ObjectiveFieldAttribute(string group, string description) : base(group, description) => Choices = [.. ObjectiveCatalog.Names];
}
