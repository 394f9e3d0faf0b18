using NanoGpt;
using SuParDsl.Lab.Generation;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Generation;

/// <summary>With a cache the logits are those of the whole window, until the window is full.</summary>
public sealed class NextLogitsTests : IDisposable
{
    private const int Context = 8;

    private readonly Gpt model = new(
        Gpt.Base with { Width = 32, Layers = 2, Context = Context, HeadDim = 8, Vocab = 13, Sigma = 0.3 }, seed: 3);

    public NextLogitsTests() => model.eval();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData(1, "1 2 3 4 5 6 7 8 4 5 6 7 8 4 5")]
    [InlineData(7, "7 8 4 5 6 7 8 4 5")]
    [InlineData(8, "8 4 5 6 7 8 4 5")]
    [InlineData(11, "8 4 5 6 7 8 4 5")]
    public void The_window_with_a_cache(int prompt, string windows) => Check(CacheUse.Auto, prompt, windows);

    [Theory]
    [InlineData(1, "1 2 3 4 5 6 7 8 8 8")]
    [InlineData(11, "8 8 8")]
    public void The_window_without_a_cache(int prompt, string windows) => Check(CacheUse.Off, prompt, windows);

    [Fact]
    public void Sequences_are_copied_and_dropped()
    {
        using var next = new NextLogits(model, Context, CPU, CacheUse.On);
        next.Of([[1, 2, 3]]);
        next.Select([0, 0, 0]);
        next.Of([[1, 2, 3, 4], [1, 2, 3, 5], [1, 2, 3, 6]]);
        next.Select([2, 0]);
        var logits = next.Of([[1, 2, 3, 6, 7], [1, 2, 3, 4, 8]]);
        AssertClose(Logits([1, 2, 3, 6, 7]), logits[0]);
        AssertClose(Logits([1, 2, 3, 4, 8]), logits[1]);
    }

    private void Check(CacheUse use, int prompt, string windows)
    {
        using var next = new NextLogits(model, Context, CPU, use);
        var random = new Random(2);
        var ids = Enumerable.Range(0, prompt).Select(_ => random.Next(13)).ToList();
        foreach (var window in windows.Split(' ').Select(int.Parse))
        {
            AssertClose(Logits([.. ids.TakeLast(window)]), next.Of([ids])[0]);
            ids.Add(random.Next(13));
        }
    }

    private float[] Logits(int[] ids)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var input = tensor(Array.ConvertAll(ids, static id => (long)id), [1, ids.Length]);
        return model.call(input)[0, ids.Length - 1].data<float>().ToArray();
    }

    private static void AssertClose(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-4));
}
