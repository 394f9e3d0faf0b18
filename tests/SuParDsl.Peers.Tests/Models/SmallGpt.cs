using NanoGpt;

namespace SuParDsl.Peers.Tests.Models;

/// <summary>The example's GPT, tuned at width 32 instead of 256, on 40 tokens in windows of 16, with heads of 16.</summary>
internal static class SmallGpt
{
    public static Gpt.Size Base { get; } = Gpt.Base with { Vocab = 40, Context = 16, HeadDim = 16 };

    public static Gpt New(Gpt.Size size)
    {
        using var bases = BaseSizes.Replace(256, 32);
        return new(size);
    }
}
