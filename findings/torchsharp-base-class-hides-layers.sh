#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects a class that is derived from a module to add layers of its own, register them and train them.
# RegisterComponents() works once for each object: if the base constructor has called it, the derived class's call does nothing.
# Layers that its constructor creates are missing from parameters(), state_dict(), to() and eval(); nothing is reported.
source "$(dirname "$0")/common.sh"

finding 'body.weight, body.bias' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;
using TorchSharp.Modules;

Console.WriteLine(string.Join(", ", new Classifier().state_dict().Keys));

class Backbone : nn.Module<Tensor, Tensor>
{
    protected readonly Linear body;

    public Backbone() : base("backbone")
    {
        body = nn.Linear(2, 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => body.forward(x);
}

class Classifier : Backbone
{
    private readonly Linear head;

    public Classifier()
    {
        head = nn.Linear(2, 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.forward(base.forward(x));
}
CS
