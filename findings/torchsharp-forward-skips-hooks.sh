#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects a forward hook to run whenever the module computes.
# Only call() runs it. A parent that calls forward() of a child skips the child's hooks: activations that
# should be recorded or replaced are not, and nothing says so.
source "$(dirname "$0")/common.sh"

finding 'after call: 1
after forward: 1
after forward of a Sequential: 2' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

var runs = 0;
var child = nn.Linear(2, 2);
child.register_forward_hook((_, _, output) =>
{
    runs++;
    return output;
});
child.call(ones(1, 2));
Console.WriteLine($"after call: {runs}");
child.forward(ones(1, 2));
Console.WriteLine($"after forward: {runs}");
nn.Sequential(child).forward(ones(1, 2));
Console.WriteLine($"after forward of a Sequential: {runs}");
CS
