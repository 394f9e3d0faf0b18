using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Initialization;

/// <summary>TorchSharp's default type belongs to the whole process, so nothing runs beside these tests.</summary>
[Collection(ExclusiveCollection.Name)]
public sealed class DefaultTypeTests
{
    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public void Weights_are_those_of_the_seed_under_every_default_type(ScalarType type)
    {
        using var usual = new Mlp(Mlp.Base, seed: 3);
        usual.UseStorage(Storage.Masked);
        var before = get_default_dtype();
        set_default_dtype(type);
        try
        {
            using var other = new Mlp(Mlp.Base, seed: 3);
            using var scope = NewDisposeScope();
            foreach (var (name, weight) in other.named_parameters())
            {
                var expected = usual.get_parameter(name)!.detach().to_type(weight.dtype);
                Assert.True(expected.eq(weight.detach()).all().item<bool>(), name);
            }
        }
        finally
        {
            set_default_dtype(before);
        }
    }
}
