using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Layers;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>Everything that was read of a class.</summary>
/// <param name="Context">The class with its parameters.</param>
/// <param name="Constructor">Its primary constructor; null where it has none.</param>
/// <param name="Layers">Its layers.</param>
/// <param name="Cover">The <c>[Sparse]</c> or <c>[Dense]</c> on it.</param>
/// <param name="Methods">Its flow or <c>forward</c>.</param>
/// <param name="Flow">The flow from which <c>forward</c> follows; null where there is none.</param>
/// <param name="Uses">What the flow uses.</param>
/// <param name="Divisions">The divisions that must leave no remainder.</param>
/// <param name="Tensors">Its tensors; empty where an error leaves them unknown.</param>
internal sealed record Declaration(
    DeclarationContext Context, IMethodSymbol? Constructor, ImmutableArray<Layer> Layers, Cover Cover, FoundFlow Methods,
    ParsedFlow? Flow, FlowUses Uses, ImmutableArray<Division> Divisions, ImmutableArray<TensorInfo> Tensors);
