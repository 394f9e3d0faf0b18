#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects init.trunc_normal_ to draw from a normal distribution that is cut at a and b, as in PyTorch.
# Every element gets the value of std when the mean is 0, so all units of a layer start alike and stay alike in training.
source "$(dirname "$0")/common.sh"

finding 'minimum 0.0200, maximum 0.0200, std 0.0000' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

manual_seed(1);
var weight = nn.init.trunc_normal_(empty(256, 256), mean: 0, std: 0.02, a: -0.04, b: 0.04);
Console.WriteLine($"minimum {weight.min().ToSingle():F4}, maximum {weight.max().ToSingle():F4}, std {weight.std().ToSingle():F4}");
CS
