using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.Generators.Parsing.Caching;

/// <summary>
/// The results of one compilation, which may hold for the next one too. A keystroke makes a new compilation of the old files and
/// one new file. A result still holds if the changed file is not one from which it was read, declares no name that those files
/// use, and neither begins nor ends a namespace with such a name.
/// </summary>
internal sealed class ParseCache
{
    // If more files than this have changed, everything is read again.
    private const int MaximumChanges = 8;

    // The references are weak, so that results live only as long as a compilation does.
    private static readonly ConcurrentDictionary<(string? Assembly, int Files, CacheMode), WeakReference<ParseCache>> Latest =
        new();

    private readonly Compilation compilation;
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    // In the verifying mode, the results that were taken over and not yet compared.
    private readonly ConcurrentDictionary<string, Entry> unverified = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SyntaxTree, Sources> sources = new();
    private readonly ImmutableArray<SyntaxTree> trees;

    private ParseCache(Compilation compilation)
    {
        this.compilation = compilation;
        trees = [.. compilation.SyntaxTrees];
    }

    /// <summary>The results for a compilation, including those of an earlier one that are still valid.</summary>
    public static ParseCache For(Compilation compilation, CacheMode mode)
    {
        var cache = new ParseCache(compilation);
        if (mode == CacheMode.Off)
        {
            return cache;
        }

        var key = (compilation.AssemblyName, cache.trees.Length, mode);
        if (Latest.TryGetValue(key, out var reference) && reference.TryGetTarget(out var earlier))
        {
            cache.TakeOver(earlier, mode == CacheMode.Verify ? cache.unverified : cache.entries);
        }

        Latest[key] = new(cache);
        return cache;
    }

    public ParseResult? Find(string type) => entries.TryGetValue(type, out var entry) ? entry.Answer : null;

    /// <summary>
    /// Adds what was read. If a different result was taken over from an earlier compilation, the answer has an internal error on
    /// the class in addition to what was read.
    /// </summary>
    public ParseResult Add(string type, INamedTypeSymbol symbol, ParseResult result)
    {
        var difference = unverified.TryRemove(type, out var earlier) ? ResultComparison.Difference(earlier.Result, result) : null;
        var stale = difference is not null
            ? Fault.Report(symbol, $"the parse cache held a result that is out of date: it differs in {difference}")
            : null;
        var files = symbol.DeclaringSyntaxReferences.Select(static r => r.SyntaxTree).Distinct();
        return entries.GetOrAdd(type, new Entry(result, [.. files]) { Stale = stale }).Answer;
    }

    private void TakeOver(ParseCache earlier, ConcurrentDictionary<string, Entry> taken)
    {
        // An editor keeps the object with the options from keystroke to keystroke. Two builds in the compiler's server never
        // share one, and comparing theirs by value throws: Roslyn's LoggingMetadataFileReferenceResolver.Equals is not
        // implemented.
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
            taken.TryAdd(entry.Key, entry.Value with { Stale = null });
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

    private sealed record Entry(ParseResult Result, ImmutableArray<SyntaxTree> Files)
    {
        /// <summary>The internal error of a different result that was taken over from an earlier compilation.</summary>
        public Diagnostic? Stale { get; init; }

        public ParseResult Answer => Stale is null ? Result : Result with { Diagnostics = Result.Diagnostics.Add(Stale) };
    }

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
