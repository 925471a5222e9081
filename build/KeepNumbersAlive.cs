using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Mono.Cecil;
using Mono.Cecil.Cil;

/// <summary>
/// Lets every number (Scalar) that TorchSharp hands to libtorch live until the call has returned. TorchSharp reads the number's native handle and
/// holds the number no longer: a collection at that moment frees what libtorch still reads. Where a method reads the handle, the number is kept in a
/// local variable and told to the collector before the method returns. The file keeps its time stamp, so an incremental build does not copy it again.
/// </summary>
/// <remarks>
/// <code>
///  … number on the stack                    … number on the stack
///  call Scalar.get_Handle          →        dup · stloc kept · call Scalar.get_Handle
///  ret                                      ldloc kept · call GC.KeepAlive · ret
/// </code>
/// </remarks>
public class KeepNumbersAlive : Task
{
    private const string Number = "TorchSharp.Scalar", Mark = "NumbersAreKeptAlive";

    public string Assembly { get; set; }

    public override bool Execute()
    {
        var written = File.GetLastWriteTimeUtc(Assembly);
        var changed = Assembly + ".new";
        using (var module = ModuleDefinition.ReadModule(Assembly))
        {
            if (module.Types.Any(t => t.Name == Mark)) return true;
            var gc = new TypeReference("System", "GC", module, module.TypeSystem.CoreLibrary);
            var keepAlive = new MethodReference("KeepAlive", module.TypeSystem.Void, gc);
            keepAlive.Parameters.Add(new ParameterDefinition(module.TypeSystem.Object));
            var methods = module.GetTypes().Where(t => t.FullName != Number).SelectMany(t => t.Methods).Where(m => m.HasBody).Count(m => Keep(m.Body, keepAlive));
            if (methods == 0)
            {
                Log.LogError("{0} has no method that reads a number's handle: see whether this version of TorchSharp still needs them kept alive.", Assembly);
                return false;
            }
            module.Types.Add(new TypeDefinition("", Mark, TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object));
            module.Write(changed);
            Log.LogMessage(MessageImportance.Low, "{0}: numbers are kept alive in {1} methods.", Assembly, methods);
        }
        File.Delete(Assembly); // the output may be a link to the package's own file, which must stay as it is
        File.Move(changed, Assembly);
        File.SetLastWriteTimeUtc(Assembly, written);
        return true;
    }

    private static bool Keep(MethodBody body, MethodReference keepAlive)
    {
        var reads = body.Instructions.Where(i => i.Operand is MethodReference { Name: "get_Handle" } read && read.DeclaringType.FullName == Number).ToList();
        if (reads.Count == 0) return false;
        var il = body.GetILProcessor();
        var kept = new List<VariableDefinition>();
        foreach (var read in reads)
        {
            var number = new VariableDefinition(((MethodReference)read.Operand).DeclaringType);
            body.Variables.Add(number);
            kept.Add(number);
            // The instruction itself becomes the first of three, since others may jump to it.
            var call = il.Create(read.OpCode, (MethodReference)read.Operand);
            (read.OpCode, read.Operand) = (OpCodes.Dup, null);
            il.InsertAfter(read, call);
            il.InsertAfter(read, il.Create(OpCodes.Stloc, number));
        }
        body.InitLocals = true;
        foreach (var end in body.Instructions.Where(i => i.OpCode == OpCodes.Ret).ToList())
        {
            (end.OpCode, end.Operand) = (OpCodes.Nop, null);
            var last = end;
            foreach (var number in kept)
            {
                var load = il.Create(OpCodes.Ldloc, number);
                var tell = il.Create(OpCodes.Call, keepAlive);
                il.InsertAfter(last, load);
                il.InsertAfter(load, tell);
                last = tell;
            }
            il.InsertAfter(last, il.Create(OpCodes.Ret));
        }
        foreach (var jump in body.Instructions.Where(i => i.OpCode.OperandType == OperandType.ShortInlineBrTarget))
            jump.OpCode = Long(jump.OpCode);
        return true;
    }

    /// <summary>The form of a jump that reaches any distance.</summary>
    private static OpCode Long(OpCode jump) => jump.Code switch
    {
        Code.Br_S => OpCodes.Br,
        Code.Brtrue_S => OpCodes.Brtrue,
        Code.Brfalse_S => OpCodes.Brfalse,
        Code.Beq_S => OpCodes.Beq,
        Code.Bne_Un_S => OpCodes.Bne_Un,
        Code.Bge_S => OpCodes.Bge,
        Code.Bge_Un_S => OpCodes.Bge_Un,
        Code.Bgt_S => OpCodes.Bgt,
        Code.Bgt_Un_S => OpCodes.Bgt_Un,
        Code.Ble_S => OpCodes.Ble,
        Code.Ble_Un_S => OpCodes.Ble_Un,
        Code.Blt_S => OpCodes.Blt,
        Code.Blt_Un_S => OpCodes.Blt_Un,
        Code.Leave_S => OpCodes.Leave,
        _ => throw new NotSupportedException($"A jump of an unknown kind: {jump}."),
    };
}
