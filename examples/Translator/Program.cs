using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using Translation;
using static TorchSharp.torch;

var translator = new Example<Translator, Translator.Size>(
    "Translator",
    "A sparse encoder-decoder on SµPar that learns an invented language.",
    Translator.Base with { Width = 128, Density = 1 / 4.0 })
{
    Data = new BatchData(
        "sentences over a vocabulary of 31 words",
        static (rows, seed, step) => Sentences.Draw(rows, new Random((int)((seed * 1_000_003) + step))),
        static (rows, count) =>
            Enumerable.Range(1, count).Select(batch => Sentences.Draw(rows, new Random(int.MaxValue - batch))))
    {
        Unit = "word",
    },
    Loss = Loss.Classification,
    Training = new TrainingOptions
    {
        Steps = 600, Batch = 64, LearningRate = 4e-3, Warmup = 60, EvalEvery = 100, EvalBatches = 8,
    },
    CheckSize = Translator.Base,
};

return Lab.Run(args, translator);

/// <summary>
/// Sentences of an invented language, in which the words of a sentence stand in the reverse order. The dictionary is drawn once,
/// and the sentences are drawn for each batch.
/// </summary>
internal static class Sentences
{
    private const int Words = 32, Length = 12, Shortest = 4;

    // Stands before the first word of a translation and after the last one, and fills up shorter sentences.
    private const long Mark = 0;

    // A target that the loss leaves out.
    private const long Ignored = -100;

    private static readonly long[] Dictionary = Shuffled();

    /// <summary>Sentences, their translations up to each position, and the word that comes next there.</summary>
    public static Batch Draw(int rows, Random random)
    {
        var (source, target, next) = (new long[rows, Length], new long[rows, Length], new long[rows, Length]);
        for (var row = 0; row < rows; row++)
        {
            var length = random.Next(Shortest, Length);
            for (var at = 0; at < length; at++)
            {
                source[row, at] = random.Next(1, Words);
            }

            for (var at = 0; at < Length; at++)
            {
                next[row, at] = at < length ? Dictionary[source[row, length - 1 - at]]
                    : at == length ? Mark : Ignored;
                if (at < length)
                {
                    target[row, at + 1] = next[row, at];
                }
            }
        }

        return new([("source", tensor(source)), ("target", tensor(target))], tensor(next));
    }

    private static long[] Shuffled()
    {
        long[] words = [.. Enumerable.Range(0, Words).Select(static word => (long)word)];
        new Random(1).Shuffle(words.AsSpan(1));
        return words;
    }
}
