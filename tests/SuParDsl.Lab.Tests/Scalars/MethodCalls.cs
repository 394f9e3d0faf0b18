using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace SuParDsl.Lab.Tests.Scalars;

/// <summary>A call in a compiled method.</summary>
/// <param name="Caller">The method that calls, as <c>Type::Method(parameter types)</c>.</param>
/// <param name="Callee">The method that is called, likewise.</param>
/// <param name="Next">The instruction after the call.</param>
/// <param name="NextCallee">The method that this instruction calls; empty if it is not a call.</param>
internal sealed record MethodCall(string Caller, string Callee, OpCode Next, string NextCallee);

/// <summary>Reads the calls of an assembly's methods.</summary>
internal sealed class MethodCalls : IDisposable
{
    private static readonly Dictionary<int, OpCode> Instructions =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => (OpCode)field.GetValue(null)!).ToDictionary(static code => (int)(ushort)code.Value);

    private readonly PEReader file;
    private readonly MetadataReader metadata;

    private MethodCalls(string path)
    {
        file = new(File.OpenRead(path));
        metadata = file.GetMetadataReader();
    }

    public static IReadOnlyList<MethodCall> Of(Assembly assembly)
    {
        using var calls = new MethodCalls(assembly.Location);
        return [.. calls.metadata.MethodDefinitions.SelectMany(calls.Of)];
    }

    public void Dispose() => file.Dispose();

    private IEnumerable<MethodCall> Of(MethodDefinitionHandle handle)
    {
        var address = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
        if (address == 0)
        {
            yield break;
        }

        var (caller, waiting) = (Name(handle), string.Empty);
        foreach (var (code, callee) in Body(file.GetMethodBody(address).GetILReader()))
        {
            if (waiting.Length > 0)
            {
                yield return new(caller, waiting, code, callee);
            }

            waiting = callee;
        }
    }

    private List<(OpCode Code, string Callee)> Body(BlobReader il)
    {
        List<(OpCode, string)> body = [];
        while (il.RemainingBytes > 0)
        {
            int first = il.ReadByte();
            var code = Instructions[first == 0xFE ? 0xFE00 | il.ReadByte() : first];
            var callee = string.Empty;
            switch (code.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.InlineMethod or OperandType.InlineTok:
                    callee = Name(MetadataTokens.EntityHandle(il.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var cases = il.ReadInt32();
                    il.Offset += sizeof(int) * cases;
                    break;
                default:
                    il.Offset += code.OperandType switch
                    {
                        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                        OperandType.InlineVar => 2,
                        OperandType.InlineI8 or OperandType.InlineR => 8,
                        _ => 4,
                    };
                    break;
            }

            body.Add((code, callee));
        }

        return body;
    }

    // Empty if the handle is not a method.
    private string Name(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodDefinition:
                var method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return Name(method.GetDeclaringType(), method.Name, method.DecodeSignature(TypeNames.Instance, null));
            case HandleKind.MemberReference when metadata.GetMemberReference((MemberReferenceHandle)handle) is var member
                && member.GetKind() == MemberReferenceKind.Method:
                return Name(member.Parent, member.Name, member.DecodeMethodSignature(TypeNames.Instance, null));
            case HandleKind.MethodSpecification:
                return Name(metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
            default:
                return string.Empty;
        }
    }

    private string Name(EntityHandle type, StringHandle method, MethodSignature<string> signature) =>
        $"{TypeNames.Of(metadata, type)}::{metadata.GetString(method)}({string.Join(",", signature.ParameterTypes)})";

    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public static readonly TypeNames Instance = new();

        public static string Of(MetadataReader reader, EntityHandle type) => type.Kind switch
        {
            HandleKind.TypeDefinition when reader.GetTypeDefinition((TypeDefinitionHandle)type) is var definition => Nested(
                definition.GetDeclaringType() is { IsNil: false } outer ? Of(reader, outer) : null, reader,
                definition.Namespace, definition.Name),
            HandleKind.TypeReference when reader.GetTypeReference((TypeReferenceHandle)type) is var reference => Nested(
                reference.ResolutionScope.Kind == HandleKind.TypeReference ? Of(reader, reference.ResolutionScope) : null,
                reader, reference.Namespace, reference.Name),
            _ => type.Kind.ToString(),
        };

        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[,]";

        public string GetByReferenceType(string elementType) => elementType + "&";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "function";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            $"{genericType}<{string.Join(",", typeArguments)}>";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            Of(reader, handle);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
            Of(reader, handle);

        public string GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        private static string Nested(string? outer, MetadataReader reader, StringHandle space, StringHandle name) =>
            outer is null ? $"{reader.GetString(space)}.{reader.GetString(name)}" : $"{outer}.{reader.GetString(name)}";
    }
}
