#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects a save that fails to leave the checkpoint that is already there as it was, or a weight of any layout to be saved.
# save() writes over the file in place and throws at the first parameter that is not contiguous, such as a transposed one.
# The old checkpoint is gone: the file does not load any more.
source "$(dirname "$0")/common.sh"

finding 'saved
save again: InvalidOperationException
load: EndOfStreamException' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;
using TorchSharp.Modules;

var layer = nn.Linear(2, 3);
layer.save("model.dat");
Console.WriteLine("saved");
layer.weight = new Parameter(rand(2, 3).t());
Try("save again", () => layer.save("model.dat"));
Try("load", () => nn.Linear(2, 3).load("model.dat"));

static void Try(string what, Action action)
{
    try
    {
        action();
        Console.WriteLine($"{what}: works");
    }
    catch (Exception error)
    {
        Console.WriteLine($"{what}: {error.GetType().Name}");
    }
}
CS
