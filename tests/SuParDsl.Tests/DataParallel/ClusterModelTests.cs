using SuParDsl.Benchmarks.Cluster;

namespace SuParDsl.Tests.DataParallel;

/// <summary>Compares the model behind docs/scaling.md with results that were worked out by hand.</summary>
public class ClusterModelTests
{
    private static readonly Device Cpu = new(Dense: 1e-10, Kept: 1e-9, Feature: 1e-9, Update: 1e-9);

    private static readonly Network Wire = new(Latency: 1e-5, BytesPerSecond: 1e9);

    private static readonly Job Small = new(Width: 64, Layers: 2, Vocabulary: 100, Context: 32, Tokens: 1024);

    [Fact]
    public void A_sum_takes_the_cheaper_of_few_messages_and_few_bytes()
    {
        // Three rounds with all bytes, or six messages and 2·7/8 of the bytes.
        Assert.Equal(3 * (1e-5 + 1e-6), Wire.AllReduce(1e3, 8), 1e-12);
        Assert.Equal((6 * 1e-5) + (1.75 * 1e-3), Wire.AllReduce(1e6, 8), 1e-12);
        Assert.Equal(0, Wire.AllReduce(1e6, 1));
    }

    [Fact]
    public void A_dense_step_on_one_device_is_its_products_and_updates()
    {
        var perToken = (2 * ((12 * 64 * 64) + (2 * 32 * 64))) + (100 * 64);
        var weights = (2 * 12 * 64 * 64) + (100 * 64);
        var step = ClusterModel.Step(Small, 1, Cpu, Wire, 1, overlap: true);

        Assert.Equal((1024 * 1e-10 * perToken) + (1e-9 * weights), step.Seconds, 1e-9);
        Assert.Equal(0, step.Waiting);
    }

    [Fact]
    public void A_sparse_matrix_costs_its_kept_weights_and_features()
    {
        var matrices = 1e-9 * ((12 * 64 * 64 / 64.0) + (64 * (4 + 2 + 5 + 5)));
        Assert.Equal(matrices + (1e-10 * 2 * 32 * 64), Small.Block(Cpu, 1 / 64.0), 1e-15);

        // Above some density, products are computed dense.
        Assert.Equal(Small.Block(Cpu, 1), Small.Block(Cpu, 0.9));
    }

    [Fact]
    public void Without_overlap_all_sending_is_waiting_and_overlap_never_costs()
    {
        var sent = (2 * Wire.AllReduce(4 * 12 * 64 * 64, 16)) + Wire.AllReduce(4 * 100 * 64, 16);
        Assert.Equal(sent, ClusterModel.Step(Small, 1, Cpu, Wire, 16, overlap: false).Waiting, 1e-12);
        Assert.All([2, 16, 1024], static devices => Assert.All([1, 1 / 4.0, 1 / 128.0], density => Assert.InRange(
            ClusterModel.Step(Small, density, Cpu, Wire, devices, overlap: true).Seconds,
            0, ClusterModel.Step(Small, density, Cpu, Wire, devices, overlap: false).Seconds)));
    }
}
