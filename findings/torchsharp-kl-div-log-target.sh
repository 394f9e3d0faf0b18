#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects functional.kl_div(log q, p) to take the target as probabilities unless log_target is set, as in PyTorch,
# so that the divergence of a distribution from itself is 0.
# log_target is true unless it is given: the probabilities count as logarithms, and the result is far from 0, without an error.
source "$(dirname "$0")/common.sh"

finding 'kl_div(p.log(), p)                    6.993
kl_div(p.log(), p, log_target: false) 0.000' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

var p = tensor(new float[,] { { 0.7f, 0.2f, 0.1f } });
foreach (var (call, value) in new[]
{
    ("kl_div(p.log(), p)                   ", nn.functional.kl_div(p.log(), p, reduction: nn.Reduction.Sum)),
    ("kl_div(p.log(), p, log_target: false)", nn.functional.kl_div(p.log(), p, false, nn.Reduction.Sum)),
})
{
    Console.WriteLine($"{call} {Math.Abs(value.ToSingle()):F3}");
}
CS
