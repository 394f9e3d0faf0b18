#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects optimizer.state_dict() to be a snapshot that load_state_dict can go back to after some bad steps.
# It holds the same state objects as the optimizer, which change with every step: loading it takes nothing back.
# A file does, because it holds the values.
source "$(dirname "$0")/common.sh"

finding 'moment 0.100
moment 41.010 after five other steps and load_state_dict' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;
using TorchSharp.Modules;

var weight = new Parameter(ones(1));
var optimizer = optim.Adam([weight], lr: 0.1);
void Step(float gradient)
{
    weight.grad = full(1, gradient);
    optimizer.step();
}

float Moment() => ((Adam.State)optimizer.state_dict().State[0]).exp_avg.ToSingle();

Step(1);
Console.WriteLine($"moment {Moment():F3}");
var snapshot = optimizer.state_dict();
for (var i = 0; i < 5; i++) Step(100);
optimizer.load_state_dict(snapshot);
Console.WriteLine($"moment {Moment():F3} after five other steps and load_state_dict");
CS
