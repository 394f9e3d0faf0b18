using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Training;

public sealed class TextGeneratorTests
{
    private static readonly float[] Logits = [0, 3, 1, 2];

    [Fact]
    public void Temperature_0_takes_the_likeliest() => Assert.Equal(1, Choose(new(1, 0, 0, 5), 0));

    [Fact]
    public void Top_k_leaves_the_rest_out() =>
        Assert.Equal([1, 3], Enumerable.Range(0, 500).Select(i => Choose(new(1, 2, 2, 5), i)).Distinct().Order());

    [Fact]
    public void Choices_follow_the_softmax()
    {
        var counts = Enumerable.Range(0, 20_000).Select(i => Choose(new(1, 1, 0, 5), i)).CountBy(static id => id).ToDictionary();
        var weights = Logits.Select(static l => Math.Exp(l)).ToArray();
        Assert.All(counts, count => Assert.Equal(weights[count.Key] / weights.Sum(), count.Value / 20_000.0, 0.02));
    }

    private static int Choose(Sampling sampling, int position) => TextGenerator.Choose(Logits, sampling, position);
}
