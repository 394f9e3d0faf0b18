using SuParDsl.Checkpoints;

using static TorchSharp.torch;

namespace SuParDsl.Tests.Checkpoints;

/// <summary>Tests the generator's state. Setting it to invalid bytes would end the process.</summary>
[Collection(ExclusiveCollection.Name)]
public class RandomStateTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    public void Drawing_continues_from_a_state(int drawn)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        if (drawn > 0)
        {
            _ = rand(drawn);
        }

        var state = RandomState.Get();
        var next = rand(5).data<float>().ToArray();
        RandomState.Set(state);
        Assert.Equal(next, rand(5).data<float>().ToArray());
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(9, 255)]
    [InlineData(12, 0)]
    [InlineData(23, 1)]
    public void Damage_is_an_error_and_changes_nothing(int at, byte value)
    {
        manual_seed(3);
        var state = RandomState.Get();
        byte[] damaged = [.. state];
        (damaged[at], damaged[at == 8 ? 9 : at]) = (value, value);

        Assert.StartsWith(
            "it is damaged", Assert.Throws<ArgumentException>(() => RandomState.Set(damaged)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "it has 3 bytes",
            Assert.Throws<ArgumentException>(() => RandomState.Set([1, 2, 3])).Message,
            StringComparison.Ordinal);
        Assert.Equal(state, RandomState.Get());
    }
}
