namespace SuParDsl.Generators.Tests;

/// <summary>One case or more for every diagnostic of a declaration.</summary>
internal static class DiagnosticCases
{
    public static DiagnosticCase[] All { get; } =
    [
        .. TypeFormCases.All,
        .. FlowFormCases.All,
        .. ShapeCases.All,
        .. WiringCases.All,
        .. SparsityCases.All,
        .. MethodCases.All,
        .. ParameterizationCases.All,
        .. ImageCases.All,
        .. OpCases.All,
        .. RecordCases.All,
        .. ContractCases.All,
        .. RuleCases.All,
    ];
}
