using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

/// <summary>Whatever is used after its end throws; ending it twice is nothing.</summary>
public class UseAfterDisposeTests
{
    public static TheoryData<string, Action<Tensor>> TensorUses => new()
    {
        { "its shape", x => _ = x.shape },
        { "its type", x => _ = x.dtype },
        { "its strides", x => x.stride() },
        { "its bytes", x => _ = x.bytes.Length },
        { "its number", x => x.item<float>() },
        { "its gradient", x => _ = x.grad },
        { "an operator", x => _ = x + 1 },
        { "the other side of an operator", x => ones(1).add(x) },
        { "a list", x => cat([ones(1), x]) },
        { "an index", x => _ = ones(1)[TensorIndex.Tensor(x)] },
        { "a copy's source", x => ones(1).copy_(x) },
        { "the root of a backward pass", x => x.backward() },
        { "a gradient given to one", x => ones(1, requires_grad: true).mul(2).backward([x]) },
        { "a custom function", x => Twice.apply(x) },
        { "another's gradient", x => ones(1, requires_grad: true).grad = x },
        { "a parameter", x => _ = new Parameter(x) },
        { "a generator's state", x => set_rng_state(x) },
    };

    [Theory]
    [MemberData(nameof(TensorUses))]
    public void A_tensor_is_gone(string use, Action<Tensor> action)
    {
        var x = ones(1);
        x.Dispose();
        x.Dispose();
        var error = Record.Exception(() => action(x));
        Assert.True(error is InvalidOperationException { Message: "Tensor invalid -- empty handle." }, $"{use}: {error}");
    }

    [Fact]
    public void An_accessor_ends_with_its_tensor()
    {
        var x = ones(2);
        var numbers = x.data<float>();
        x.Dispose();
        Assert.Throws<InvalidOperationException>(() => numbers[0]);
        Assert.Throws<InvalidOperationException>(() => numbers[0] = 1);
        Assert.Throws<InvalidOperationException>(() => numbers.ToArray());
        Assert.Throws<InvalidOperationException>(() => numbers.Sum());
        Assert.Throws<InvalidOperationException>(() => numbers.CopyFrom(new float[2]));
    }

    [Fact]
    public void A_gradient_that_its_function_disposed_of_is_not_taken_for_none()
    {
        using var x = ones(1, requires_grad: true);
        using var y = Careless.apply(x);
        Assert.Throws<InvalidOperationException>(() => y.backward());
    }

    [Fact]
    public void A_modules_parameters_end_with_it()
    {
        var linear = nn.Linear(2, 2);
        linear.Dispose();
        linear.Dispose();
        Assert.Throws<InvalidOperationException>(() => linear.call(ones(1, 2)));
        Assert.Throws<InvalidOperationException>(() => linear.weight!.sum());
    }

    [Fact]
    public void An_optimizer_takes_no_step()
    {
        using var weight = new Parameter(ones(1));
        Func<OptimizerHelper>[] makes = [() => optim.SGD([weight], 0.1), () => optim.Adam([weight]), () => optim.AdamW([weight])];
        foreach (var make in makes)
        {
            var optimizer = make();
            weight.grad = ones(1);
            optimizer.Dispose();
            optimizer.Dispose();
            var error = Assert.Throws<ObjectDisposedException>(() => optimizer.step());
            Assert.Equal(optimizer.GetType().FullName, error.ObjectName);
            Values.Are(weight, 1);
        }
    }

    [Fact]
    public void An_optimizer_over_disposed_weights_fails()
    {
        var linear = nn.Linear(2, 2);
        using var optimizer = optim.SGD(linear.parameters(), 0.1);
        linear.Dispose();
        Assert.Throws<InvalidOperationException>(() => optimizer.step());
    }

    [Fact]
    public void A_generator_gives_nothing()
    {
        var generator = new Generator(1);
        generator.Dispose();
        generator.Dispose();
        Action[] uses =
        [
            () => generator.manual_seed(2), () => generator.seed(), () => generator.initial_seed(), () => generator.get_state(),
            () => generator.set_state(get_rng_state()), () => rand([2], generator: generator), () => _ = generator.Handle,
        ];
        Assert.All(uses, use => Assert.Equal("Generator", Assert.Throws<ObjectDisposedException>(use).ObjectName));
    }

    [Fact]
    public void A_scope_takes_nothing()
    {
        var scope = NewDisposeScope();
        scope.Dispose();
        scope.Dispose();
        using var x = ones(1);
        Action[] uses =
        [
            () => _ = scope.DisposablesCount, () => _ = scope.DisposablesView, () => scope.Attach(x), () => scope.Detach(x),
            () => scope.MoveToOuter(x), () => scope.MarkAsDisposed(x), scope.DisposeEverything, () => x.MoveToOtherDisposeScope(scope),
        ];
        Assert.All(uses, use => Assert.Equal("TorchSharp.DisposeScope", Assert.Throws<ObjectDisposedException>(use).ObjectName));
        Assert.False(x.IsInvalid);
    }

    private sealed class Twice : autograd.SingleTensorFunction<Twice>
    {
        public override string Name => nameof(Twice);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }

    private sealed class Careless : autograd.SingleTensorFunction<Careless>
    {
        public override string Name => nameof(Careless);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var gradient = grad_output * 1;
            return [gradient];
        }
    }
}
