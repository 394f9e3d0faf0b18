using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>What a class needs to know of a block that it uses, in terms of the block's parameters.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">The parameters of its constructor, with those of its record of sizes in place of the record.</param>
/// <param name="IsModel">Whether it is a model, which cannot be inside another.</param>
/// <param name="Inputs">The shapes of the tensors that it takes; null where one is not known.</param>
/// <param name="Outputs">The shapes of the tensors that it gives; null where one is not known.</param>
/// <param name="Tensors">Its tensors.</param>
/// <param name="Divisions">The divisions that must come out even in it.</param>
internal sealed record BlockSummary(
    string Name, ImmutableArray<Parameter> Parameters, bool IsModel, ImmutableArray<Shape?> Inputs,
    ImmutableArray<Shape?> Outputs,
    ImmutableArray<TensorInfo> Tensors, ImmutableArray<Division> Divisions)
{
    /// <summary>The parameters of the constructor itself, one of which may be a record of sizes.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>The record of sizes that it takes; null if it takes its sizes one by one.</summary>
    public SizeRecord? Record { get; init; }

    /// <summary>The diagnostics to report if a Repeat around the block scales with depth.</summary>
    public ImmutableArray<Diagnostic> DepthFaults { get; init; } = [];

    /// <summary>The density parameters that nothing in the block reads.</summary>
    public ImmutableArray<string> UnusedDensities { get; init; } = [];
}
