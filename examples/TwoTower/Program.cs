using Recommender;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

var towers = new Example<TwoTower, TwoTower.Size>(
    "TwoTower",
    "A sparse recommender on SµPar that learns which items users click.",
    TwoTower.Base with { Width = 128, Density = 1 / 8.0 })
{
    Data = new BatchData(
        "clicks of 200 users on 100 items",
        static (rows, seed, step) => Clicks.Draw(rows, new Random((int)((seed * 1_000_003) + step))),
        static (rows, count) =>
            Enumerable.Range(1, count).Select(batch => Clicks.Draw(rows, new Random(int.MaxValue - batch))))
    {
        Unit = "click",
    },
    Loss = new Loss(static (scores, clicks) => nn.functional.binary_cross_entropy_with_logits(scores, clicks))
    {
        Name = "BinaryCrossEntropy",
        IsInNats = true,
        Accuracy = static (scores, clicks) => scores.sigmoid().round().eq(clicks).to(ScalarType.Float32).mean(),
    },
    Training = new TrainingOptions
    {
        Steps = 600, Batch = 256, LearningRate = 4e-3, Warmup = 30, EvalEvery = 100, EvalBatches = 8,
    },
    CheckSize = TwoTower.Base,
};

return Lab.Run(args, towers);

/// <summary>
/// Users who click what suits their taste. Tastes and items are drawn once; which pairs meet is drawn for each batch.
/// </summary>
internal static class Clicks
{
    private const int Users = 200, Items = 100, Features = 8, Traits = 3;

    private static readonly float[][] Tastes = Vectors(Users, Traits, seed: 1);
    private static readonly float[][] Natures = Vectors(Items, Traits, seed: 2);
    private static readonly float[][] Mixing = Vectors(Features, Traits, seed: 3);

    /// <summary>Pairs of users and items, what is known about the items, and 1 for each click.</summary>
    public static Batch Draw(int rows, Random random)
    {
        var (user, item) = (new long[rows], new long[rows]);
        var (about, clicks) = (new float[rows * Features], new float[rows]);
        for (var row = 0; row < rows; row++)
        {
            (user[row], item[row]) = (random.Next(Users), random.Next(Items));
            var nature = Natures[item[row]];
            for (var feature = 0; feature < Features; feature++)
            {
                about[(row * Features) + feature] = Dot(Mixing[feature], nature);
            }

            var chance = 1 / (1 + Math.Exp(-3 * Dot(Tastes[user[row]], nature)));
            clicks[row] = random.NextDouble() < chance ? 1 : 0;
        }

        return new(
            [("user", tensor(user)), ("item", tensor(item)), ("about", tensor(about, [rows, Features]))],
            tensor(clicks, [rows, 1]));
    }

    private static float Dot(float[] a, float[] b) => a.Zip(b).Sum(static pair => pair.First * pair.Second);

    private static float[][] Vectors(int count, int size, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            Enumerable.Range(0, size).Select(_ => (float)((2 * random.NextDouble()) - 1)).ToArray())];
    }
}
