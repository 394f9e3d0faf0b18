using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Parameters;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Parsing.Caching;

/// <summary>The declarations of one compilation. Each is read once, even if many classes use it.</summary>
internal sealed class BlockLibrary : IBlockSummaries
{
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<CacheMode, BlockLibrary>> Libraries = new();

    private readonly ParseCache results;
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> models = new();
    private readonly ConcurrentDictionary<string, bool> declared = new(StringComparer.Ordinal);
    private readonly Compilation compilation;
    private readonly Lazy<ImmutableDictionary<string, string>> ofModels;
    private readonly Lazy<ImmutableDictionary<string, string>> ofBlocks;

    private BlockLibrary(Compilation compilation, CacheMode mode)
    {
        this.compilation = compilation;
        results = ParseCache.For(compilation, mode);
        ofModels = new(() => InheritedNames.Of(compilation, "SuParDsl.Model"));
        ofBlocks = new(() => InheritedNames.Of(compilation, "SuParDsl.Layer"));
    }

    public static BlockLibrary Of(Compilation compilation, CacheMode mode) => Libraries
        .GetValue(compilation, static _ => new()).GetOrAdd(mode, mode => new(compilation, mode));

    public ParseResult Parse(INamedTypeSymbol type, CancellationToken cancellation)
    {
        // Two threads may compute the same result: a shared computation could be cancelled and would then be remembered as
        // failed.
        var name = TypeNames.Full(type);
        if (results.Find(name) is { } known)
        {
            return known;
        }

        return results.Add(name, type, Fault.Contain(
            () => DeclarationParser.Parse(type, this, cancellation), fault => new(null, [Fault.Report(type, fault)], null)));
    }

    /// <summary>What is wrong in a record of sizes, independent of the class that takes it.</summary>
    public ImmutableArray<Diagnostic> CheckRecord(INamedTypeSymbol record, CancellationToken cancellation)
    {
        var name = TypeNames.Full(record);
        if (results.Find(name) is { } known)
        {
            return known.Diagnostics;
        }

        var found = Fault.Contain(
            () => RecordParser.Check(record, this, cancellation), fault => [Fault.Report(record, fault)]);
        return results.Add(name, record, new(null, found, null)).Diagnostics;
    }

    /// <inheritdoc/>
    public bool IsBrokenRecord(INamedTypeSymbol record, CancellationToken cancellation) =>
        CheckRecord(record, cancellation).Any(static found => found.Descriptor.DefaultSeverity == DiagnosticSeverity.Error);

    /// <inheritdoc/>
    public BlockSummary? Summary(INamedTypeSymbol type, CancellationToken cancellation)
    {
        // A project reference may come with its source, but a package does not, so both are read from their symbols.
        if (SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
        {
            return Parse(type, cancellation).Summary;
        }

        var constructor = type.InstanceConstructors.FirstOrDefault(static c => c.DeclaredAccessibility == Accessibility.Public);
        var forward = type.GetMembers("forward").OfType<IMethodSymbol>().FirstOrDefault(static m => m.IsOverride);
        return constructor is null ? null : new(
            type.Name, ParameterReader.Read(constructor), KnownNames.Has(type, KnownNames.Model),
            [.. BlockTypes.Unknown(forward?.Parameters.Length ?? 1)],
            [.. BlockTypes.Unknown(BlockTypes.Outputs(forward?.ReturnType))], [], [])
        {
            Names = [.. constructor.Parameters.Select(static p => p.Name)],
            Record = constructor.Parameters
                .Select(parameter => SizeRecord.Of(parameter, cancellation)).FirstOrDefault(static record => record is not null),
        };
    }

    /// <inheritdoc/>
    public ImmutableDictionary<string, string> Inherited(Model.DeclarationKind kind) =>
        (kind == Model.DeclarationKind.Model ? ofModels : ofBlocks).Value;

    /// <inheritdoc/>
    public bool Declares(string member) =>
        declared.GetOrAdd(member, name => compilation.ContainsSymbolsWithName(name, SymbolFilter.Member));

    /// <inheritdoc/>
    public IMethodSymbol? Extension(string name) => !Declares(name) ? null
        : compilation.GetSymbolsWithName(name, SymbolFilter.Member).OfType<IMethodSymbol>()
            .FirstOrDefault(static method => method is { IsExtensionMethod: true, Parameters: [var first, ..] }
                && KnownNames.IsTensor(first.Type));

    /// <inheritdoc/>
    public SemanticModel ModelOf(SyntaxTree tree) => models.GetOrAdd(tree, t => compilation.GetSemanticModel(t));
}
