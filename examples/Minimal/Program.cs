// A complete program without the lab: it tunes the learning rate of a small dense model, then trains a wide sparse model with
// that rate. The task is to classify points of the plane by the spiral, of three, that they lie on. `./run.sh Minimal [STEPS]`
// takes half a minute.
using System.Globalization;
using SuParDsl.Checkpoints;
using static TorchSharp.torch;

var steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 400;

// 1. At the base sizes every multiplier is 1, so that this is an ordinary search for the learning rate.
Console.WriteLine($"The small dense model, {Net.Base}:");
var rates = Enumerable.Range(-9, 6).Select(static exponent => Math.Pow(2, exponent)).ToList();
var losses = rates.Select(rate => Train(Net.Base, rate)).ToList();
var best = rates[losses.IndexOf(losses.Min())];

// 2. The best rate transfers to a model 8 times as wide that keeps 1/16 of its hidden weights. The table lists its multipliers.
var large = Net.Base with { Width = 1024, Density = 1 / 16.0 };
using (var net = new Net(large, seed: 1))
{
    Console.Write($"\n{net.MuTable}");
}

Console.WriteLine($"\nThe large sparse model, {large}:");
Train(large, best, file: "spirals.safetensors");

// 3. Trains a model, saves it if a file is given, and returns its loss on validation points.
double Train(Net.Size size, double lr, string? file = null)
{
    using var net = new Net(size, seed: 1);
    using var optimizer = net.AdamW(lr, weightDecay: 0.1);
    var schedule = new Schedule(Warmup: 20, Steps: steps, LrDecay.Linear);
    for (var step = 0; step < steps; step++)
    {
        // The scope frees the tensors of a step. Weights and the optimizer's state belong to their owners and survive.
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

// Points on three spiral arms that turn one and a half times around the origin, with a little noise. The seed determines them.
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

/// <summary>Classifies points of the plane by the spiral, of three, that they lie on.</summary>
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
