using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.Generators.Parsing;

/// <summary>The declarations of one compilation, each read once however many classes use it.</summary>
internal sealed class BlockLibrary
{
    private static readonly ConditionalWeakTable<Compilation, BlockLibrary> Libraries = new();

    private readonly ParseCache results;
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> models = new();
    private readonly ConcurrentDictionary<string, bool> declared = new(StringComparer.Ordinal);
    private readonly Compilation compilation;
    private readonly Lazy<ImmutableDictionary<string, string>> ofModels;
    private readonly Lazy<ImmutableDictionary<string, string>> ofBlocks;

    private BlockLibrary(Compilation compilation)
    {
        this.compilation = compilation;
        results = ParseCache.For(compilation);
        ofModels = new(() => InheritedNames.Of(compilation, "SuParDsl.Model"));
        ofBlocks = new(() => InheritedNames.Of(compilation, "SuParDsl.Layer"));
    }

    public static BlockLibrary Of(Compilation compilation) => Libraries.GetValue(compilation, static c => new BlockLibrary(c));

    public ParseResult Parse(INamedTypeSymbol type, CancellationToken cancellation)
    {
        // Not a shared computation: a cancelled one must not be remembered. Blocks cannot be circular here.
        var name = TypeNames.Full(type);
        if (results.Find(name) is { } known)
        {
            return known;
        }

        var result = Fault.Contain(
            () => DeclarationParser.Parse(type, this, cancellation), fault => new(null, [Fault.Report(type, fault)], null));
        results.Add(name, type, result);
        return result;
    }

    /// <summary>What is wrong in a record of sizes, whatever class takes it.</summary>
    public ImmutableArray<Diagnostic> CheckRecord(INamedTypeSymbol record, CancellationToken cancellation)
    {
        var name = TypeNames.Full(record);
        if (results.Find(name) is { } known)
        {
            return known.Diagnostics;
        }

        var found = Fault.Contain(
            () => RecordParser.Check(record, this, cancellation), fault => [Fault.Report(record, fault)]);
        results.Add(name, record, new(null, found, null));
        return found;
    }

    /// <summary>Whether an error in a record leaves nothing to build a class on.</summary>
    public bool IsBrokenRecord(INamedTypeSymbol record, CancellationToken cancellation) =>
        CheckRecord(record, cancellation).Any(static found => found.Descriptor.DefaultSeverity == DiagnosticSeverity.Error);

    /// <summary>What a class that uses a block knows of it; of one in another assembly, its constructor.</summary>
    public BlockSummary? Summary(INamedTypeSymbol type, CancellationToken cancellation)
    {
        // A project reference may come with its source, a package does not: both are read alike.
        if (SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
        {
            return Parse(type, cancellation).Summary;
        }

        var constructor = type.InstanceConstructors.FirstOrDefault(static c => c.DeclaredAccessibility == Accessibility.Public);
        var forward = type.GetMembers("forward").OfType<IMethodSymbol>().FirstOrDefault(static m => m.IsOverride);
        return constructor is null ? null : new(
            type.Name, ParameterParser.Read(constructor), KnownNames.Has(type, KnownNames.Model),
            [.. Unknown(forward?.Parameters.Length ?? 1)], [.. Unknown(Outputs(forward?.ReturnType))], [], [])
        {
            Names = [.. constructor.Parameters.Select(static p => p.Name)],
            Record = constructor.Parameters
                .Select(parameter => SizeRecord.Of(parameter, cancellation)).FirstOrDefault(static record => record is not null),
        };
    }

    /// <summary>How many tensors a type stands for.</summary>
    public static int Outputs(ITypeSymbol? result) =>
        result is INamedTypeSymbol { IsTupleType: true } tuple ? tuple.TupleElements.Length : 1;

    /// <summary>So many shapes of which nothing is known.</summary>
    public static IEnumerable<Sizes.Shape?> Unknown(int count) => Enumerable.Repeat<Sizes.Shape?>(null, count);

    /// <summary>The members that a class inherits from its emitted base class, by name.</summary>
    public ImmutableDictionary<string, string> Inherited(Model.DeclarationKind kind) =>
        (kind == Model.DeclarationKind.Model ? ofModels : ofBlocks).Value;

    /// <summary>Whether any type of the project declares a member of a name.</summary>
    public bool Declares(string member) =>
        declared.GetOrAdd(member, name => compilation.ContainsSymbolsWithName(name, SymbolFilter.Member));

    /// <summary>An extension method of tensors that the project declares under a name.</summary>
    public IMethodSymbol? Extension(string name) => !Declares(name) ? null
        : compilation.GetSymbolsWithName(name, SymbolFilter.Member).OfType<IMethodSymbol>()
            .FirstOrDefault(static method => method is { IsExtensionMethod: true, Parameters: [var first, ..] } && KnownNames.IsTensor(first.Type));

    public SemanticModel ModelOf(SyntaxTree tree) => models.GetOrAdd(tree, t => compilation.GetSemanticModel(t));

    /// <summary>Whether a block holds, at any depth, a layer of a given type.</summary>
    public static bool Contains(INamedTypeSymbol block, INamedTypeSymbol wanted)
    {
        var seen = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var open = new Stack<INamedTypeSymbol>([block]);
        while (open.Count > 0)
        {
            var type = open.Pop();
            if (SymbolEqualityComparer.Default.Equals(type, wanted))
            {
                return true;
            }

            if (!seen.Add(type))
            {
                continue;
            }

            foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
            {
                if (BlockOf(property.Type) is { } inner)
                {
                    open.Push(inner);
                }
            }
        }

        return false;
    }

    /// <summary>The block that a property holds or repeats.</summary>
    public static INamedTypeSymbol? BlockOf(ITypeSymbol type)
    {
        if (KnownNames.IsOurs(type, LayerTable.Repeat) && type is INamedTypeSymbol { TypeArguments: [INamedTypeSymbol repeated] })
        {
            type = repeated;
        }

        return type is INamedTypeSymbol named && KnownNames.IsDeclaration(named) ? named.OriginalDefinition : null;
    }
}
