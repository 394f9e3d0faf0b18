using SuParDsl.Checkpoints;
using SuParDsl.Distributed;
using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Devices;

/// <summary>Results on a GPU equal those on the CPU.</summary>
public sealed class CudaTests : IDisposable
{
    private const int Length = 8;

    private static readonly Device Gpu = CUDA;

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [CudaFact]
    public void A_model_trains_with_the_losses_of_the_CPU()
    {
        using var there = SmallGpt(Gpu);
        using var here = SmallGpt(CPU);
        var (losses, expected) = (Train(there, Gpu, 10), Train(here, CPU, 10));

        Assert.All(losses.Zip(expected), static pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        Assert.True(losses[^1] < losses[0]);
    }

    [CudaFact]
    public void A_checkpoint_can_be_loaded_on_another_device()
    {
        using var there = SmallGpt(Gpu);
        using var here = SmallGpt(CPU);
        using var from = there.AdamW(lr: 0.01);
        using var to = here.AdamW(lr: 0.01, fused: false);
        _ = Step(there, from, Gpu);
        TrainingCheckpoint.Save(
            Path.Combine(folder, "one"),
            there,
            from,
            new(1, null, System.Collections.Immutable.ImmutableDictionary<string, string>.Empty));

        TrainingCheckpoint.Load(Path.Combine(folder, "one"), here, to);
        Assert.Equal(Step(there, from, Gpu), Step(here, to, CPU), 1e-3);
    }

    [CudaFact]
    public void Gradients_are_transferred_through_the_host() => AssertSameAfter(Transport.Host);

    [CudaFact(nccl: true)]
    public void Gradients_are_transferred_by_NCCL() => AssertSameAfter(Transport.Nccl);

    // With one rank, the mean of a gradient is the gradient.
    private static void AssertSameAfter(Transport transport)
    {
        using var scope = NewDisposeScope();
        using var model = SmallGpt(Gpu);
        using var average = new GradientReducer(model, ProcessGroup.Single, transport: transport);
        Assert.Equal(transport, average.Transport);
        for (var step = 0; step < 2; step++)
        {
            foreach (var parameter in model.parameters())
            {
                parameter.grad = null;
            }

            average.Begin();
            Loss(model, Gpu).backward();
            var before = model.ParametersByName().ToDictionary(static p => p.Key, static p => p.Value.grad!.clone());
            average.Finish();
            Assert.All(model.ParametersByName(), p => Assert.Equal(0, (p.Value.grad! - before[p.Key]).abs().max().ToDouble()));
        }
    }

    private static Gpt SmallGpt(Device device)
    {
        var model = new Gpt(
            Gpt.Base with
            {
                Width = 128, Layers = 2, Vocab = 13, Context = Length, HeadDim = 32, Attn = 0.25, Mlp = 0.25, Sigma = 0.1,
            }, seed: 1);
        _ = model.to(device);
        return model;
    }

    private static double[] Train(Gpt model, Device device, int steps)
    {
        using var optimizer = model.AdamW(lr: 0.01, weightDecay: 0.1);
        return [.. Enumerable.Range(0, steps).Select(_ => Step(model, optimizer, device))];
    }

    private static double Step(Gpt model, MuOptimizer optimizer, Device device)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var loss = Loss(model, device);
        loss.backward();
        optimizer.step(maxNorm: 1);
        return loss.ToDouble();
    }

    private static Tensor Loss(Gpt model, Device device)
    {
        var inputs = arange(4 * Length, dtype: int64).remainder(13).reshape(4, Length).to(device);
        return Functional.CrossEntropy(model.call(inputs), inputs.roll(-1, 1));
    }
}
