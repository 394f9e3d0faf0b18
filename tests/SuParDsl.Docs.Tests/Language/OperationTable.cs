using Microsoft.CodeAnalysis;

namespace SuParDsl.Docs.Tests.Language;

/// <summary>The tables of the flow's operations, which the runtime declares and the generator reads.</summary>
internal static class OperationTable
{
    private const string Owner = "FlowOps";

    /// <summary>The functions that a tensor is piped into.</summary>
    public static IReadOnlyList<IPropertySymbol> Activations { get; } =
        [.. RuntimeSymbols.Types[Owner].GetMembers().OfType<IPropertySymbol>().Where(IsPublic)];

    /// <summary>The operations that are called, alone or on a tensor.</summary>
    public static IReadOnlyList<IMethodSymbol> Calls { get; } =
    [
        .. RuntimeSymbols.Types[Owner].GetTypeMembers().Where(static type => type.IsExtension)
            .SelectMany(static type => type.GetMembers())
            .Concat(RuntimeSymbols.Types[Owner].GetMembers().Where(static member => !member.IsImplicitlyDeclared))
            .OfType<IMethodSymbol>().Where(static method => method.MethodKind == MethodKind.Ordinary && IsPublic(method)),
    ];

    /// <summary>Every operation's name, once.</summary>
    public static IEnumerable<string> Names =>
        Activations.Select(static a => a.Name).Concat(Calls.Select(static c => c.Name)).Distinct();

    public static string OfActivations(Examples examples) => "| Activation | Gives | Example |\n|---|---|---|\n" + string.Concat(
        Activations.Select(a => $"| `{a.Name}` | {RuntimeSymbols.Summary(a)} | {examples.Of(a.Name)} |\n"));

    public static string OfCalls(Examples examples) => "| Operation | What it does | Example |\n|---|---|---|\n" + string.Concat(
        Calls.Select(c => $"| `{Signature(c)}` | {RuntimeSymbols.Summary(c)} | {examples.OfCall(c.Name, Required(c))} |\n"));

    private static int Required(IMethodSymbol method) =>
        Arguments(method).Count(static p => p is { IsOptional: false, IsParams: false });

    private static string Signature(IMethodSymbol method) =>
        $"{(method.IsStatic && !method.IsExtensionMethod ? string.Empty : "x.")}{method.Name}"
        + $"({string.Join(", ", Arguments(method).Select(Parameter))})";

    private static IEnumerable<IParameterSymbol> Arguments(IMethodSymbol method) =>
        method.Parameters.Skip(method.IsExtensionMethod ? 1 : 0);

    private static string Parameter(IParameterSymbol parameter) =>
        (parameter.IsParams ? "… " : string.Empty) + (KindOf(parameter.Type) is { } kind ? kind + " " : string.Empty)
        + parameter.Name
        + (parameter.HasExplicitDefaultValue ? " = " + (parameter.ExplicitDefaultValue ?? "null") : string.Empty);

    private static string? KindOf(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Int32 } => "int",
        { SpecialType: SpecialType.System_Boolean } => "bool",
        { Name: "Alibi" } => "Alibi",
        _ => null,
    };

    private static bool IsPublic(ISymbol symbol) => symbol.DeclaredAccessibility == Accessibility.Public;
}
