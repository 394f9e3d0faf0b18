using System.Globalization;
using SuParDsl.Checkpoints;
using SuParGpt;
using static TorchSharp.torch;

// dotnet run [TEXT] [STEPS]: trains on the bytes of a text file, or on this file if none is given.
const int Batch = 16, Context = 64;
var text = File.ReadAllBytes(args.Length > 0 ? args[0] : "Program.cs");
var steps = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
if (text.Length <= Context)
{
    Console.Error.WriteLine($"error: the text has {text.Length} bytes, but more than {Context} are needed");
    return 2;
}

using var gpt = new Gpt(Gpt.Base with { Width = 128, Density = 1 / 4.0 }, seed: 1);
using var optimizer = gpt.AdamW(lr: 4e-3, weightDecay: 0.1);
Console.Write(gpt.MuTable);

var random = new Random(1);
for (var step = 1; step <= steps; step++)
{
    using var scope = NewDisposeScope();
    var starts = Enumerable.Range(0, Batch).Select(_ => random.Next(text.Length - Context)).ToArray();
    var ids = Windows(starts, 0);
    var targets = Windows(starts, 1);

    optimizer.zero_grad();
    var loss = Functional.CrossEntropy(gpt.call(ids), targets);
    loss.Backward();
    optimizer.ClipGradNorm(1.0);
    optimizer.step();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step}/{steps} loss {loss.ToDouble():F4}"));
}

ModelCheckpoint.Save(gpt, "model.safetensors", new Dictionary<string, string> { ["steps"] = $"{steps}" });
return 0;

Tensor Windows(int[] starts, int shift) =>
    tensor(
        starts.SelectMany(start => text.Skip(start + shift).Take(Context)).Select(static value => (long)value).ToArray(),
        [starts.Length, Context]);
