using System.Text;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Documents;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>Creates a corpus from documents: JSON Lines, Parquet, and text files of a mixture.</summary>
internal static class DocumentCorpus
{
    // Byte pairs are learned from the beginning of the training text, at most so many characters.
    private const int LearnedFrom = 1 << 28;

    private sealed record Survey(
        SortedSet<Rune> Runes, StringBuilder Training, int LargestId, string? FirstText, string? FirstIds);

    /// <summary>A corpus of some documents in memory, packed one after another with an end-of-text token after each.</summary>
    /// <param name="set">The documents.</param>
    /// <param name="tokenizer">The tokenizer of their texts and ids.</param>
    /// <param name="choice">The data options of the command line.</param>
    /// <param name="progress">Receives the progress of encoding.</param>
    /// <exception cref="UserException">A document cannot be read or encoded.</exception>
    public static Corpus Of(DocumentSet set, Tokenizer tokenizer, TokenizerChoice choice, Action<string, double>? progress = null)
    {
        IdBuffer training = new(), validation = new();
        var documents = Pack(set, tokenizer, choice.Field, training.Add, validation.Add, progress);
        return new(Describe(set.Name, documents, tokenizer), tokenizer, training.ToTokens(), validation.ToTokens());
    }

    /// <summary>Encodes documents, each with an end-of-text token after it if the tokenizer has one.</summary>
    /// <param name="set">The documents.</param>
    /// <param name="tokenizer">The tokenizer of their texts and ids.</param>
    /// <param name="field">The field of JSON Lines, or the column of Parquet.</param>
    /// <param name="training">Receives the ids of the training documents.</param>
    /// <param name="validation">Receives the ids of the validation documents.</param>
    /// <param name="progress">Receives the progress of encoding.</param>
    /// <returns>The number of documents.</returns>
    public static long Pack(
        DocumentSet set, Tokenizer tokenizer, string field, IdSink training, IdSink validation, Action<string, double>? progress)
    {
        int[] end = tokenizer.EndOfText is { } id ? [id] : [];
        long count = 0;
        foreach (var (document, split) in set.Read(field, fraction => progress?.Invoke($"encoding {set.Name}", fraction)))
        {
            var ids = document.Ids is { } given ? Checked(document, given, tokenizer) : Encoded(document, tokenizer);
            if (ids.Length > 0)
            {
                var sink = split == DataSplit.Training ? training : validation;
                sink(ids);
                sink(end);
                count++;
            }
        }

        return count;
    }

    /// <summary>
    /// The tokenizer for some documents: the one that the options name, or one that is made from the documents.
    /// </summary>
    /// <exception cref="UserException">The options do not apply to these documents.</exception>
    public static Tokenizer Tokenizer(IReadOnlyList<DocumentSet> sets, TokenizerChoice choice, Action<string, double>? progress)
    {
        if (choice.Path is not null || choice.Existing is not (null or IdTokenizer))
        {
            choice.RequireForText();
            return choice.For(string.Empty, string.Empty);
        }

        var survey = Look(sets, choice, progress);
        if (survey.FirstText is { } text && survey.FirstIds is { } ids)
        {
            throw new UserException(
                $"{text} is text and {ids} is token ids: name the tokenizer of the ids with --tokenizer bpe:FOLDER or file:FILE");
        }

        if (survey.FirstIds is null && survey.FirstText is null)
        {
            throw new UserException($"{string.Join(", ", sets.Select(static set => set.Name))} has no documents");
        }

        if (choice.Existing is not null)
        {
            return choice.ExistingFor(ofIds: survey.FirstIds is not null);
        }

        if (survey.FirstIds is { } place)
        {
            return choice.Kind == TokenizerKind.Default
                ? new IdTokenizer(Vocabulary(choice.Ids.Vocabulary, survey.LargestId, place))
                : throw new UserException($"{place} is token ids, which --tokenizer {choice} cannot encode again: "
                    + "leave it out, or name the tokenizer of the ids with bpe:FOLDER or file:FILE");
        }

        choice.RequireForText();
        return choice.Kind switch
        {
            TokenizerKind.Byte => new ByteTokenizer(256),
            TokenizerKind.Bpe => BytePairLearner.Learn(
                survey.Training.ToString(), choice.Vocabulary - 1,
                fraction => progress?.Invoke("learning byte pairs", fraction)).WithEndOfText(),
            _ => CharacterTokenizer.Of(string.Concat(survey.Runes) + CharacterTokenizer.End),
        };
    }

    /// <summary>The description of packed documents for messages.</summary>
    public static string Describe(string name, long documents, Tokenizer tokenizer) =>
        $"{name} ({documents} documents{(tokenizer.EndOfText is null ? ", without end-of-text tokens" : string.Empty)})";

    private static int Vocabulary(int? asked, int largest, string place) => asked is not { } count || count > largest
        ? asked ?? largest + 1
        : throw new UserException(
            $"the data of {place} have the id {largest}, and --vocabulary {count} has the ids 0 to {count - 1}: "
            + $"use a vocabulary of {largest + 1} or more, or correct the data");

    private static Survey Look(IReadOnlyList<DocumentSet> sets, TokenizerChoice choice, Action<string, double>? progress)
    {
        var (runes, training) = (new HashSet<Rune>(), new StringBuilder());
        var (largest, firstText, firstIds) = (-1, (string?)null, (string?)null);
        foreach (var set in sets)
        {
            var work = $"reading {set.Name}";
            foreach (var (document, split) in set.Read(choice.Field, fraction => progress?.Invoke(work, fraction)))
            {
                if (document.Ids is { } ids)
                {
                    firstIds ??= document.Place;
                    largest = ids.Length == 0 ? largest : Math.Max(largest, ids.Max());
                    continue;
                }

                firstText ??= document.Place;
                if (choice.Kind == TokenizerKind.Bpe)
                {
                    if (split == DataSplit.Training && training.Length < LearnedFrom)
                    {
                        var room = Math.Min(LearnedFrom - training.Length, document.Text!.Length);
                        training.Append(document.Text.AsSpan(0, room)).Append('\n');
                    }
                }
                else if (choice.Kind != TokenizerKind.Byte)
                {
                    runes.UnionWith(document.Text!.EnumerateRunes());
                }
            }
        }

        return new([.. runes], training, Math.Max(0, largest), firstText, firstIds);
    }

    private static int[] Encoded(Document document, Tokenizer tokenizer)
    {
        try
        {
            return tokenizer.Encode(document.Text!);
        }
        catch (UserException e)
        {
            throw new UserException($"{document.Place}: {e.Message}");
        }
    }

    private static int[] Checked(Document document, int[] ids, Tokenizer tokenizer) =>
        Array.FindIndex(ids, id => id >= tokenizer.Size) is >= 0 and var at
            ? throw new UserException(
                $"{document.Place} has the id {ids[at]} at position {at}, "
                + $"and the vocabulary has the ids 0 to {tokenizer.Size - 1}")
            : ids;
}

/// <summary>Receives token ids.</summary>
internal delegate void IdSink(ReadOnlySpan<int> ids);
