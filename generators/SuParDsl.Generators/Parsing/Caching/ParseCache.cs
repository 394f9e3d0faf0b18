using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Parsing.Caching;

/// <summary>
/// Results that hold for the next compilation too. A keystroke makes a new compilation out of the old files but one; a result
/// still holds where the changed file is none that it was read from, and neither declares a name that those files use nor makes
/// or ends a namespace of such a name.
/// </summary>
internal sealed class ParseCache
{
    // If more files than this have changed, everything is read again.
    private const int MaximumChanges = 8;

    // The references are weak, so that results live only as long as a compilation does.
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

    /// <summary>The results for a compilation, including those of an earlier one that are still valid.</summary>
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
        entries.TryAdd(type, new(result, [.. symbol.DeclaringSyntaxReferences.Select(static r => r.SyntaxTree).Distinct()]));

    private void TakeOver(ParseCache earlier)
    {
        // An editor keeps the options' object from keystroke to keystroke. Two builds in the compiler's server never share one, and
        // comparing theirs by value throws: Roslyn's LoggingMetadataFileReferenceResolver.Equals is not implemented.
        if (!ReferenceEquals(compilation.Options, earlier.compilation.Options)
            || !compilation.ExternalReferences.SequenceEqual(earlier.compilation.ExternalReferences))
        {
            return;
        }

        var changed = new List<Change>();
        for (var i = 0; i < trees.Length; i++)
        {
            if (trees[i] != earlier.trees[i])
            {
                changed.Add(new(earlier.trees[i], TreeNames.Of(earlier.trees[i]), TreeNames.Of(trees[i])));
            }
        }

        if (changed.Count > MaximumChanges || changed.Any(static change => change.Before.IsGlobal || change.After.IsGlobal))
        {
            return;
        }

        // Dependencies are computed lazily here, because a one-off build never needs them.
        foreach (var entry in earlier.entries.Where(pair => pair.Value.Files.All(Holds)))
        {
            entries.TryAdd(entry.Key, entry.Value);
            foreach (var file in entry.Value.Files)
            {
                sources.TryAdd(file, earlier.SourcesOf(file));
            }
        }

        bool Holds(SyntaxTree file) => changed.All(change => change.Tree != file) && earlier.SourcesOf(file).Holds(changed);
    }

    /// <summary>The files that the meaning of a file depends on: those that declare a name that it uses, transitively.</summary>
    private Sources SourcesOf(SyntaxTree tree) => sources.GetOrAdd(tree, FindSources);

    private Sources FindSources(SyntaxTree tree)
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

    private sealed record Entry(ParseResult Result, ImmutableArray<SyntaxTree> Files);

    private sealed class Sources(HashSet<SyntaxTree> files, HashSet<string> names)
    {
        public bool Holds(List<Change> changes) => changes.All(change =>
            !files.Contains(change.Tree) && !change.Before.Declared.Overlaps(names) && !change.After.Declared.Overlaps(names)
            && !change.Namespaces.Any(names.Contains));
    }

    /// <summary>A file that was replaced by another version.</summary>
    private sealed class Change(SyntaxTree tree, TreeNames before, TreeNames after)
    {
        /// <summary>The earlier version of the file.</summary>
        public SyntaxTree Tree { get; } = tree;

        public TreeNames Before { get; } = before;

        public TreeNames After { get; } = after;

        /// <summary>The namespaces that only this file may have introduced or removed.</summary>
        public ImmutableArray<string> Namespaces { get; } =
            [.. before.Namespaces.Except(after.Namespaces).Concat(after.Namespaces.Except(before.Namespaces))];
    }
}
