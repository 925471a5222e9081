using Mono.Cecil;
using Mono.Cecil.Cil;

namespace PatchSsl.Api.Tests.Architecture;

/// <summary>A type of one room that uses a type of another.</summary>
public sealed record RoomUse(string FromRoom, string FromType, string ToRoom, string ToType);

/// <summary>Reads from an assembly which room uses which: signatures, attributes and the bodies of methods.</summary>
/// <remarks>Constants are no uses: the compiler has put their values in.</remarks>
public static class RoomUses
{
    public static IReadOnlySet<RoomUse> Of(string assemblyPath, string root)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(assemblyPath);
        var uses = new HashSet<RoomUse>();
        foreach (var type in assembly.MainModule.Types.Where(t => t.Namespace.StartsWith(root + ".", StringComparison.Ordinal)))
        {
            var from = Room(type.Namespace, root);
            foreach (var used in Parts(type).SelectMany(References).SelectMany(Unwrap))
            {
                var outer = used;
                while (outer.DeclaringType is { } declaring) outer = declaring;
                if (!outer.Namespace.StartsWith(root + ".", StringComparison.Ordinal)) continue;
                var to = Room(outer.Namespace, root);
                if (to != from) uses.Add(new RoomUse(from, type.Name, to, outer.Name));
            }
        }
        return uses;
    }

    /// <summary>Every room that has a type, those that nobody uses too.</summary>
    public static IReadOnlySet<string> Rooms(string assemblyPath, string root)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(assemblyPath);
        return assembly.MainModule.Types.Where(t => t.Namespace.StartsWith(root + ".", StringComparison.Ordinal))
            .Select(t => Room(t.Namespace, root)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Migrations are generated, and belong to the database's room.</summary>
    private static string Room(string name, string root) => name[(root.Length + 1)..].Replace(".Migrations", "", StringComparison.Ordinal);

    private static IEnumerable<TypeDefinition> Parts(TypeDefinition type) => type.NestedTypes.SelectMany(Parts).Prepend(type);

    private static IEnumerable<TypeReference> References(TypeDefinition type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Array.Empty<TypeReference>(),
        .. type.Interfaces.Select(i => i.InterfaceType),
        .. Attributes(type),
        .. type.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
        .. type.Fields.Select(f => f.FieldType),
        .. type.Properties.Select(p => p.PropertyType),
        .. type.Events.Select(e => e.EventType),
        .. type.Fields.SelectMany(Attributes),
        .. type.Properties.SelectMany(Attributes),
        .. type.Methods.SelectMany(References),
    ];

    private static IEnumerable<TypeReference> References(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(p => p.ParameterType),
        .. Attributes(method),
        .. method.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
        .. method.HasBody ? Body(method.Body) : [],
    ];

    private static IEnumerable<TypeReference> Body(MethodBody body) =>
    [
        .. body.Variables.Select(v => v.VariableType),
        .. body.ExceptionHandlers.Where(h => h.CatchType is not null).Select(h => h.CatchType),
        .. body.Instructions.SelectMany(Operands),
    ];

    private static IEnumerable<TypeReference> Operands(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments, .. method.Parameters.Select(p => p.ParameterType)],
        MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(p => p.ParameterType)],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider provider) => provider.CustomAttributes.Select(a => a.AttributeType);

    private static IEnumerable<TypeReference> Unwrap(TypeReference type) => type switch
    {
        GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Unwrap).Append(generic.ElementType),
        TypeSpecification specification => Unwrap(specification.ElementType),
        _ => [type],
    };
}
