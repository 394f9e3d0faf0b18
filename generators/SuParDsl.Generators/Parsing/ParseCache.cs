using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Parsing;

/// <summary>
/// Results that hold for the next compilation too. A keystroke makes a new compilation out of the old files but one; a result
/// still holds where the changed file neither is one that it was read from nor declares a name that those files use.
/// </summary>
internal sealed class ParseCache
{
    // Past this many changed files everything is read anew.
    private const int MaximumChanges = 8;

    // Weak: a result lives as long as a compilation does.
    private static readonly ConcurrentDictionary<(string? Assembly, int Files), WeakReference<ParseCache>> Latest = new();

    private readonly Compilation compilation;
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SyntaxTree, Sources> sources = new();
    private readonly ImmutableArray<SyntaxTree> trees;

    private ParseCache(Compilation compilation)
    {
        this.compilation = compilation;
        trees = [.. compilation.SyntaxTrees];
    }

    /// <summary>The results for a compilation, with those of an earlier one that still hold.</summary>
    public static ParseCache For(Compilation compilation)
    {
        var cache = new ParseCache(compilation);
        var key = (compilation.AssemblyName, cache.trees.Length);
        if (Latest.TryGetValue(key, out var reference) && reference.TryGetTarget(out var earlier))
        {
            cache.TakeOver(earlier);
        }

        Latest[key] = new(cache);
        return cache;
    }

    public ParseResult? Find(string type) => entries.TryGetValue(type, out var entry) ? entry.Result : null;

    public void Add(string type, INamedTypeSymbol symbol, ParseResult result) =>
        entries.TryAdd(type, new(result,
            [.. symbol.DeclaringSyntaxReferences.Select(r => sources.GetOrAdd(r.SyntaxTree, SourcesOf)).Distinct()]));

    private void TakeOver(ParseCache earlier)
    {
        if (!Equals(compilation.Options, earlier.compilation.Options)
            || !compilation.ExternalReferences.SequenceEqual(earlier.compilation.ExternalReferences))
        {
            return;
        }

        var changed = new List<SyntaxTree>();
        for (var i = 0; i < trees.Length; i++)
        {
            if (trees[i] != earlier.trees[i])
            {
                changed.Add(trees[i]);
                changed.Add(earlier.trees[i]);
            }
        }

        if (changed.Count > 2 * MaximumChanges || changed.Any(static tree => TreeNames.Of(tree).IsGlobal))
        {
            return;
        }

        foreach (var source in earlier.sources.Where(pair => pair.Value.Holds(changed)))
        {
            sources.TryAdd(source.Key, source.Value);
        }

        foreach (var entry in earlier.entries.Where(pair => pair.Value.Sources.All(source => source.Holds(changed))))
        {
            entries.TryAdd(entry.Key, entry.Value);
        }
    }

    /// <summary>The files that a file's meaning depends on: those that declare a name that it uses, and what those depend
    /// on.</summary>
    private Sources SourcesOf(SyntaxTree tree)
    {
        var names = new HashSet<string>(TreeNames.Of(tree).Used, StringComparer.OrdinalIgnoreCase);
        var files = new HashSet<SyntaxTree> { tree };
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var other in trees)
            {
                if (!files.Contains(other) && TreeNames.Of(other) is var found && found.Declared.Overlaps(names))
                {
                    files.Add(other);
                    names.UnionWith(found.Used);
                    grew = true;
                }
            }
        }

        return new(files, names);
    }

    private sealed record Entry(ParseResult Result, ImmutableArray<Sources> Sources);

    private sealed class Sources(HashSet<SyntaxTree> files, HashSet<string> names)
    {
        public bool Holds(List<SyntaxTree> changed) =>
            changed.All(tree => !files.Contains(tree) && !TreeNames.Of(tree).Declared.Overlaps(names));
    }
}
