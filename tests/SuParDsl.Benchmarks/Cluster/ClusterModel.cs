using SuParDsl.Distributed;

namespace SuParDsl.Benchmarks.Cluster;

/// <summary>The cost of products and updates on one device.</summary>
/// <param name="Dense">Seconds for one multiply-add of dense products: a forward pass and both gradients.</param>
/// <param name="Kept">Seconds for one token and one kept weight of compressed products, likewise.</param>
/// <param name="Feature">Seconds for one token and one input or output of compressed products, likewise.</param>
/// <param name="Update">Seconds for the optimizer to update one kept weight.</param>
internal sealed record Device(double Dense, double Kept, double Feature, double Update)
{
    /// <summary>A device that is <paramref name="factor"/> times as fast at everything.</summary>
    public Device Times(double factor) => new(Dense / factor, Kept / factor, Feature / factor, Update / factor);
}

/// <summary>The cost of sending.</summary>
/// <param name="Latency">Seconds until a message's first byte arrives.</param>
/// <param name="BytesPerSecond">The rate at which a device sends while it receives at the same rate.</param>
internal sealed record Network(double Latency, double BytesPerSecond)
{
    /// <summary>
    /// Seconds for an all-reduce. This is the faster of recursive doubling, which sends all bytes log₂ n times, and
    /// Rabenseifner's algorithm (2004), which sends twice as many messages and each byte about twice.
    /// </summary>
    public double AllReduce(double bytes, int devices)
    {
        var rounds = Math.Ceiling(Math.Log2(devices));
        return Math.Min(
            rounds * (Latency + (bytes / BytesPerSecond)),
            (2 * rounds * Latency) + (2 * bytes * (devices - 1) / devices / BytesPerSecond));
    }
}

/// <summary>A GPT as a row of matrices, in the order of the forward pass.</summary>
/// <param name="Width">Its width.</param>
/// <param name="Layers">Its number of blocks.</param>
/// <param name="Vocabulary">Its number of tokens; input embedding and readout are one dense tensor.</param>
/// <param name="Context">The length of a window.</param>
/// <param name="Tokens">The tokens of a global batch.</param>
internal sealed record Job(int Width, int Layers, int Vocabulary, int Context, long Tokens)
{
    /// <summary>Seconds of products for one token in a block.</summary>
    public double Block(Device device, double density)
    {
        (int Rows, int Columns)[] queryKeyValueOutUpDown = [(3, 1), (1, 1), (4, 1), (1, 4)];
        return (device.Dense * 2 * Context * Width)
            + queryKeyValueOutUpDown.Sum(shape => Matrix(device, density, shape.Rows * Width, shape.Columns * Width));
    }

    /// <summary>The weights that a block keeps.</summary>
    public double BlockWeights(double density) => 12.0 * Width * Width * density;

    /// <summary>The weights of the embedding.</summary>
    public double EmbeddingWeights => (double)Vocabulary * Width;

    private static double Matrix(Device device, double density, double rows, double columns) => Math.Min(
        device.Dense * rows * columns, (device.Kept * density * rows * columns) + (device.Feature * (rows + columns)));
}

/// <summary>The time of a step, and the part of it in which a device only waits for the network.</summary>
internal sealed record StepTime(double Seconds, double Waiting)
{
    /// <summary>The fraction of the step that is waiting.</summary>
    public double WaitingShare => Waiting / Seconds;
}

/// <summary>
/// A model of data parallel training: every device has its shard of the tokens, and gradients are transferred as
/// <see cref="GradientReducer"/> does it.
/// </summary>
internal static class ClusterModel
{
    private const double BackwardShare = 2 / 3.0, SmallestBucket = 4 << 17, MostBuckets = 32;

    /// <summary>The time of a step.</summary>
    /// <param name="job">The model and its batch.</param>
    /// <param name="density">The density of its blocks' matrices.</param>
    /// <param name="device">One device.</param>
    /// <param name="network">The network between the devices.</param>
    /// <param name="devices">The number of devices.</param>
    /// <param name="overlap">Whether gradients are transferred during the backward pass.</param>
    public static StepTime Step(Job job, double density, Device device, Network network, int devices, bool overlap)
    {
        var weights = (job.Layers * job.BlockWeights(density)) + job.EmbeddingWeights;
        var bucket = Math.Max(SmallestBucket, 4 * weights / MostBuckets);
        var tokens = job.Tokens / (double)devices;
        var block = tokens * job.Block(device, density);
        var readout = tokens * device.Dense * job.EmbeddingWeights;
        var clock = (job.Layers * (1 - BackwardShare) * block) + readout;
        var backwardEnd = clock + (job.Layers * BackwardShare * block);
        var free = overlap ? 0 : backwardEnd;

        // From the last block to the first; the tied embedding's gradient is complete at the very end.
        for (var layer = 0; layer < job.Layers; layer++)
        {
            clock += BackwardShare * block;
            free = Send(job.BlockWeights(density), Math.Max(free, clock));
        }

        free = Send(job.EmbeddingWeights, Math.Max(free, backwardEnd));
        var waiting = Math.Max(0, free - backwardEnd);
        return new(backwardEnd + waiting + (device.Update * weights), waiting);

        double Send(double floats, double from)
        {
            var bytes = 4 * floats;
            var buckets = Math.Max(1, Math.Floor(bytes / bucket));
            return from + (buckets * network.AllReduce(bytes / buckets, devices));
        }
    }
}
