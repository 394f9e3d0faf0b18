using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>
/// What the parser of one declaration may ask about the rest of the project. It is an interface so that the parser does not
/// depend on the library that calls the parser for every other declaration.
/// </summary>
internal interface IBlockSummaries
{
    /// <summary>
    /// What a class that uses a block knows about it; null where the block cannot be read. A block of another assembly is known
    /// by its constructor only.
    /// </summary>
    BlockSummary? Summary(INamedTypeSymbol type, CancellationToken cancellation);

    /// <summary>Whether a record of sizes has an error, so that no class that takes it can be emitted.</summary>
    bool IsBrokenRecord(INamedTypeSymbol record, CancellationToken cancellation);

    /// <summary>The members that a class inherits from its emitted base class, by name.</summary>
    ImmutableDictionary<string, string> Inherited(DeclarationKind kind);

    /// <summary>Whether any type of the project declares a member with this name.</summary>
    bool Declares(string member);

    /// <summary>An extension method of tensors that the project declares under this name; null if there is none.</summary>
    IMethodSymbol? Extension(string name);

    /// <summary>The semantic model of a file, which is made once.</summary>
    SemanticModel ModelOf(SyntaxTree tree);
}
