using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuParDsl.Generators.Parsing.Cures;

/// <summary>What the names of a flow mean.</summary>
/// <param name="IsValue">Whether a name is an input or a local of the flow.</param>
/// <param name="Layer">The layer that an expression names; null if it names none.</param>
/// <param name="IsTorch">Whether a call is one of TorchSharp, or of nothing that the compiler knows.</param>
/// <param name="OwnMethod">Whether the class has a method with a name, and whether that is static.</param>
internal sealed record FlowNames(
    Func<string, bool> IsValue, Func<ExpressionSyntax, NamedLayer?> Layer, Func<InvocationExpressionSyntax, bool> IsTorch,
    Func<string, bool?> OwnMethod)
{
    /// <summary>Whether an expression names a type or a namespace, as far as its first name tells.</summary>
    public bool IsPath(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax access => Layer(access) is null && IsPath(access.Expression),
        IdentifierNameSyntax name => !IsValue(name.Identifier.ValueText) && Layer(name) is null,
        AliasQualifiedNameSyntax => true,
        _ => false,
    };
}

/// <summary>A layer that a flow names.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Inputs">How many tensors it takes.</param>
/// <param name="IsRepeat">Whether it repeats a block.</param>
internal sealed record NamedLayer(string Name, int Inputs, bool IsRepeat);
