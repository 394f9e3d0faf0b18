using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

public class FactoryTests
{
    [Fact]
    public void ShapesAndTypes()
    {
        Assert.Equal(ScalarType.Float32, zeros(2).dtype);
        Assert.Equal(ScalarType.Int64, tensor([1L]).dtype);
        Assert.Equal(ScalarType.Int32, tensor([1]).dtype);
        Assert.Equal(ScalarType.Bool, tensor([true]).dtype);
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, arange(0.0, 1.0, 0.5).dtype);
        Assert.Equal(ScalarType.Float64, ones(2, dtype: float64).dtype);
        Assert.Equal(ScalarType.BFloat16, zeros(2, dtype: bfloat16).dtype);
        Values.Shape(empty(2, 3, 4), 2, 3, 4);
        Values.Shape(tensor(3f));
        Values.Are(full([2], 2.5), 2.5, 2.5);
        Values.Are(linspace(0, 1, 3), 0, 0.5, 1);
        Values.Are(eye(2), 1, 0, 0, 1);
        Values.Are(from_array(new float[,] { { 1, 2 }, { 3, 4 } }), 1, 2, 3, 4);
        Assert.True(zeros(1, requires_grad: true).requires_grad);
    }

    [Fact]
    public void SeedsRepeat()
    {
        manual_seed(7);
        var first = randn(100);
        manual_seed(7);
        Assert.True(first.Equals(randn(100)));
        using var one = new Generator(3);
        using var other = new Generator(3);
        Assert.True(rand(5, generator: one).Equals(rand(5, generator: other)));
        var state = one.get_state();
        var next = randperm(10, generator: one);
        one.set_state(state);
        Assert.True(next.Equals(randperm(10, generator: one)));
        Assert.True(randint(0, 5, [50]).max().ToInt64() < 5);
        Assert.Equal(3, multinomial(tensor([1f, 1f]), 3, replacement: true).numel());
        Values.Are(bernoulli(ones(3)), 1, 1, 1);
    }

    // PyTorch 1.13's and 2.6's numbers for torch.manual_seed(0); torch.randn(3).
    [Fact]
    public void NormalNumbersArePyTorchs()
    {
        manual_seed(0);
        Values.Are(randn(3), 1.5409961, -0.2934289, -2.1787894);
    }

    [Fact]
    public void ReadingElements()
    {
        var x = tensor([1f, 2f, 3f, 4f], [2, 2]);
        Assert.Equal([1f, 3f, 2f, 4f], x.t().data<float>().ToArray());
        Assert.Equal(3f, x.data<float>()[1, 0]);
        Assert.Equal(2f, x[0, 1].item<float>());
        Assert.Equal(2.0, x[0, 1].ToDouble());
        Assert.Throws<ArgumentException>(() => x.item<float>());
        Assert.Throws<ArgumentException>(() => x.data<double>());
        Assert.Equal(16, x.bytes.Length);
        Assert.Equal(4f, x.data<float>().ToNDArray().GetValue(1, 1));
        Assert.Equal("[2x2], type = Float32, device = cpu { 1, 2, 3, 4 }", x.ToString());
    }

    [Fact]
    public void ElementsAreReadAsWhatTheyAre()
    {
        var x = tensor([1f, 2f]);
        Assert.Equal(2f, x.ReadCpuSingle(1));
        Assert.Throws<IndexOutOfRangeException>(() => x.ReadCpuSingle(2));
        Action[] others =
        [
            () => x.ReadCpuDouble(0), () => x.ReadCpuInt32(0), () => x.ReadCpuInt64(0), () => x.ReadCpuByte(0), () => x.ReadCpuBool(0),
            () => x.ReadCpuValue<Half>(0),
        ];
        Assert.All(others, read => Assert.EndsWith("is not compatible with Float32", Assert.Throws<ArgumentException>(read).Message));
    }

    [Fact]
    public void ElementsAreReadWhereTheCpuReaches()
    {
        var elsewhere = empty([2], float32, new Device(DeviceType.META));
        Assert.StartsWith("Reading data from non-CPU memory", Assert.Throws<InvalidOperationException>(() => elsewhere.ReadCpuSingle(0)).Message);
    }

    // .NET has none for them.
    [Fact]
    public void ElementsWithoutATypeAreNotReadAsAnother()
    {
        var x = ones(1).bfloat16();
        Action[] reads = [() => x.data<float>(), () => x.data<Half>(), () => x.data<short>(), () => x.item<float>(), () => x.ReadCpuSingle(0)];
        Assert.All(reads, read => Assert.EndsWith("is not compatible with BFloat16", Assert.Throws<ArgumentException>(read).Message));
        Assert.Equal(1, x.ToDouble());
        Assert.Equal(2, x.bytes.Length);
    }

    [Fact]
    public void Conversions()
    {
        Assert.Equal(ScalarType.Float64, tensor([1]).to(float64).dtype);
        Assert.Equal(ScalarType.Bool, ones(1).to(ScalarType.Bool).dtype);
        Assert.Equal(1, (int)ones(1));
        Tensor number = 2.5f;
        Values.Are(number.@double(), 2.5);
        Assert.Equal(DeviceType.CPU, number.cpu().device.type);
        Assert.Equal("cuda:1", device("cuda:1").ToString());
    }
}
