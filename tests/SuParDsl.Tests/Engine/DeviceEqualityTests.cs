using static TorchSharp.torch;

namespace SuParDsl.Tests.Engine;

public sealed class DeviceEqualityTests
{
    [Fact]
    public void Devices_are_compared_by_type_and_index()
    {
        using var x = zeros(2);
        Assert.False(x.device == x.device); // TorchSharp compares references, and makes an object at each call.
        Assert.True(x.IsLike(ScalarType.Float32, x.device));
        Assert.True(x.IsLike(ScalarType.Float32, CPU));
        Assert.False(x.IsLike(ScalarType.Float64, x.device));
        Assert.False(x.IsLike(ScalarType.Float32, new Device(DeviceType.CUDA, 0)));
    }
}
