#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects a weight that an Embedding and a Linear share to be one parameter, which the optimizer moves once a step.
# parameters() returns two wrappers of one storage: SGD moves the weight by twice the step, and weight decay acts twice.
source "$(dirname "$0")/common.sh"

finding 'parameters 2
a gradient of 1 with rate 0.1 moves 1 to 0.8' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;
using TorchSharp.Modules;

var model = new Tied();
Console.WriteLine($"parameters {model.parameters().Count()}");
using (no_grad()) model.Embedding.weight!.fill_(1);
var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
model.forward(tensor([0L])).sum().backward();
foreach (var parameter in model.parameters()) parameter.grad = ones_like(parameter);
optimizer.step();
Console.WriteLine($"a gradient of 1 with rate 0.1 moves 1 to {model.Embedding.weight![0, 0].ToSingle():F1}");

class Tied : nn.Module<Tensor, Tensor>
{
    public readonly Embedding Embedding = nn.Embedding(4, 3);
    public readonly Linear Head = nn.Linear(3, 4, hasBias: false);

    public Tied() : base("tied")
    {
        Head.weight = Embedding.weight;
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => Head.forward(Embedding.forward(tokens));
}
CS
