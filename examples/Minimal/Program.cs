// A sparse network from top to bottom, without the lab: tune the learning rate of a small dense model, then train a wide sparse one with
// that rate. The task is to tell on which of three spirals a point of the plane lies. `./run.sh Minimal [STEPS]` takes half a minute.
using System.Globalization;
using static TorchSharp.torch;

var steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 400;

// 1. Every tensor's multiplier is 1 at the base, so a search there is an ordinary one.
Console.WriteLine($"The small dense model, {Net.Base}:");
var rates = Enumerable.Range(-9, 6).Select(static exponent => Math.Pow(2, exponent)).ToList();
var losses = rates.Select(rate => Train(Net.Base, rate)).ToList();
var best = rates[losses.IndexOf(losses.Min())];

// 2. The best rate is right for a model that is 8 times as wide and keeps 1/16 of its hidden weights. Its table says what becomes of it.
var large = Net.Base with { Width = 1024, Density = 1 / 16.0 };
using (var net = new Net(large, seed: 1))
{
    Console.Write($"\n{net.MuTable}");
}

Console.WriteLine($"\nThe large sparse model, {large}:");
Train(large, best, file: "spirals.safetensors");

// 3. Trains a model, saves it where a file is named, and gives its loss on points that it has not seen.
double Train(Net.Size size, double lr, string? file = null)
{
    using var net = new Net(size, seed: 1);
    using var optimizer = net.AdamW(lr, weightDecay: 0.1);
    var schedule = new Schedule(Warmup: 20, Steps: steps, LrDecay.Linear);
    for (var step = 0; step < steps; step++)
    {
        // Tensors of a step are freed with its scope; weights and the optimizer's state belong to their owners.
        using var scope = NewDisposeScope();
        var (points, arms) = Batch(128, seed: step);
        var loss = Functional.CrossEntropy(net.call(points), arms);
        loss.Backward();
        optimizer.Lr = lr * schedule.At(step);
        optimizer.step(maxNorm: 1.0);
    }

    using var frozen = no_grad();
    using var last = NewDisposeScope();
    net.eval();
    var (unseen, answers) = Batch(4096, seed: -1);
    var logits = net.call(unseen);
    var result = Functional.CrossEntropy(logits, answers).ToDouble();
    var right = logits.argmax(-1).eq(answers).to_type(ScalarType.Float32).mean().ToDouble();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"learning rate {lr:F4}: loss {result:F4}, {right:P1} right"));
    if (file is not null)
    {
        ModelCheckpoint.Save(net, file, new Dictionary<string, string> { ["steps"] = $"{steps}" });
    }

    return result;
}

// Points on three arms that turn one and a half times around the origin, a little blurred: the same for the same seed.
static (Tensor Points, Tensor Arms) Batch(int rows, int seed)
{
    var random = new Random(seed);
    var (points, arms) = (new float[2 * rows], new long[rows]);
    for (var i = 0; i < rows; i++)
    {
        arms[i] = random.Next(3);
        var radius = random.NextDouble();
        var angle = (2 * Math.PI * ((1.5 * radius) + (arms[i] / 3.0))) + (0.2 * random.NextDouble());
        points[2 * i] = (float)(2 * radius * Math.Cos(angle));
        points[(2 * i) + 1] = (float)(2 * radius * Math.Sin(angle));
    }

    return (tensor(points, [rows, 2]), tensor(arms));
}

/// <summary>Tells on which of three spirals a point of the plane lies.</summary>
[Model]
public partial class Net([MuWidth(128)] int width, [Density] double density = 1.0, [InitStd] double sigma = 0.1)
{
    public Linear In { get; } = new(2, width);                   // an input layer: dense

    [Sparse(nameof(density))]
    public Linear Mid { get; } = new(width, width);

    [Sparse(nameof(density))]
    public Linear Deep { get; } = new(width, width);

    public Linear Out { get; } = new(width, 3);                  // the readout: dense

    [Flow] Tensor Flow(Tensor points) => points | In | Relu | Mid | Relu | Deep | Relu | Out;
}
