using System.Reflection;
using System.Runtime.CompilerServices;

namespace PatchSsl.Api.Tests.Architecture;

/// <summary>The borders between the projects, as the design draws them.</summary>
public class BorderTests
{
    private static readonly Assembly Core = Assembly.Load("PatchSsl.Core");
    private static readonly Assembly Client = Assembly.Load("PatchSsl.Client");
    private static readonly Assembly Web = Assembly.Load("PatchSsl.Web");

    private static readonly string[] NumericNamespaces =
        ["Runtime", "Patches", "Augmentation", "Models", "Objectives", "Optimisers", "Measures", "Training", "Checkpoints"];

    [Fact]
    public void Core_knows_no_web_server_and_no_database() =>
        Assert.DoesNotContain(References(Core), name =>
            name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)
            || name.StartsWith("System.Net.Http", StringComparison.Ordinal));

    [Fact]
    public void Client_knows_neither_Core_nor_Api() =>
        Assert.DoesNotContain(References(Client), IsOurs);

    [Fact]
    public void Web_knows_Client_only() =>
        Assert.Equal(["PatchSsl.Client"], References(Web).Where(IsOurs));

    [Fact]
    public void No_tensor_leaves_the_numeric_namespaces()
    {
        var leaks =
            from type in Core.GetExportedTypes()
            where !NumericNamespaces.Any(n => InNamespace(type, n))
            from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            from used in SignatureTypes(member)
            where used.FullName == "TorchSharp.torch+Tensor"
            select $"{type.FullName}.{member.Name}";
        Assert.Empty(leaks);
    }

    [Fact]
    public void Numeric_code_stays_on_its_thread()
    {
        // Dispose scopes and grad mode belong to a thread: an await in Core could go on with another's.
        var asynchronous =
            from type in Core.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where method.IsDefined(typeof(AsyncStateMachineAttribute)) || method.IsDefined(typeof(AsyncIteratorStateMachineAttribute))
            select $"{type.FullName}.{method.Name}";
        Assert.Empty(asynchronous);
    }

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(r => r.Name!);

    private static bool IsOurs(string name) => name.StartsWith("PatchSsl.", StringComparison.Ordinal);

    private static bool InNamespace(Type type, string name) =>
        type.Namespace == $"PatchSsl.Core.{name}" || type.Namespace?.StartsWith($"PatchSsl.Core.{name}.", StringComparison.Ordinal) == true;

    private static IEnumerable<Type> SignatureTypes(MemberInfo member) => (member switch
    {
        MethodBase method => method.GetParameters().Select(p => p.ParameterType).Append((method as MethodInfo)?.ReturnType ?? typeof(void)),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    }).SelectMany(Unwrap);

    private static IEnumerable<Type> Unwrap(Type type) =>
        type.HasElementType ? Unwrap(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Unwrap).Append(type);
}
