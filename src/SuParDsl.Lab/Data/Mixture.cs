using System.Globalization;
using SuParDsl.Lab.Data.Documents;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>Opens several data sets that <c>--data</c> names together, and mixes them by their weights.</summary>
internal static class Mixture
{
    /// <summary>Opens the parts. All of them have the same tokenizer.</summary>
    /// <exception cref="UserException">A part cannot be read, is empty, or has another tokenizer than the rest.</exception>
    public static Corpus Open(IReadOnlyList<DataPart> parts, TokenizerChoice choice, Action<string, double>? progress)
    {
        List<Corpus> open = [];
        try
        {
            open.AddRange(OpenAll(parts, choice, progress));
            foreach (var (part, corpus) in parts.Zip(open))
            {
                if (corpus.Train.Length == 0)
                {
                    throw new UserException($"--data {part.Path} has no training tokens");
                }
            }

            return new(
                string.Join(" and ", parts.Zip(open).Select(static pair => Name(pair.First, pair.Second))),
                Widest(open), Mixed(parts, open, static corpus => corpus.Train),
                Mixed(parts, open, static corpus => corpus.Validation));
        }
        catch
        {
            open.ForEach(static corpus => corpus.Dispose());
            throw;
        }
    }

    private static IEnumerable<Corpus> OpenAll(
        IReadOnlyList<DataPart> parts, TokenizerChoice choice, Action<string, double>? progress)
    {
        var tokenFiles = parts.Where(static part => Directory.Exists(part.Path) && BinCorpus.IsIn(part.Path)).ToHashSet();
        var sets = parts.Where(part => !tokenFiles.Contains(part))
            .ToDictionary(static part => part, static part => DocumentSet.Of(part.Path));
        if (sets.Count > 0 && tokenFiles.Count > 0 && choice is { Path: null, Existing: null or IdTokenizer })
        {
            throw new UserException($"{tokenFiles.First().Path} holds token files and {sets.Keys.First().Path} documents: "
                + (tokenFiles.Any(static part => Prepared.IsIn(part.Path))
                    ? "prepare the documents as well"
                    : "name the tokenizer of both with --tokenizer bpe:FOLDER or file:FILE, or prepare the documents as well"));
        }

        Tokenizer? tokenizer = sets.Count > 0 ? DocumentCorpus.Tokenizer([.. sets.Values], choice, progress) : null;
        Corpus? first = null;
        foreach (var part in parts)
        {
            var corpus = sets.TryGetValue(part, out var set)
                ? DocumentCorpus.Of(set, tokenizer!, choice, progress)
                : BinCorpus.Open(part.Path, choice, progress);
            first ??= corpus;
            if (!first.Tokenizer.IsLike(corpus.Tokenizer))
            {
                corpus.Dispose();
                throw new UserException(
                    $"{parts[0].Path} and {part.Path} have different tokenizers: prepare both with the same one");
            }

            yield return corpus;
        }
    }

    // Ids without a tokenizer have as many tokens as the largest of them says.
    private static Tokenizer Widest(List<Corpus> open) =>
        open.Select(static corpus => corpus.Tokenizer).MaxBy(static tokenizer => tokenizer.Size)!;

    private static MixedTokens Mixed(IReadOnlyList<DataPart> parts, List<Corpus> open, Func<Corpus, TokenSource> tokens) => new(
        [.. parts.Zip(open)
            .Select(pair => new WeightedTokens(tokens(pair.Second), pair.First.Weight ?? tokens(pair.Second).Length))]);

    private static string Name(DataPart part, Corpus corpus) => part.Weight is { } weight
        ? string.Create(CultureInfo.InvariantCulture, $"{corpus.Name}:{weight}")
        : corpus.Name;
}
