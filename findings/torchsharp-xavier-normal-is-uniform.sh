#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects init.xavier_normal_ to draw from a normal distribution, whose kurtosis is 3 and whose tails have no bound.
# The values come from the uniform distribution: they are those of xavier_uniform_ with the same seed, and the kurtosis is 1.8.
source "$(dirname "$0")/common.sh"

finding 'kurtosis of xavier_normal_: 1.8
same values as xavier_uniform_: True' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

manual_seed(1);
var normal = nn.init.xavier_normal_(empty(512, 512));
manual_seed(1);
var uniform = nn.init.xavier_uniform_(empty(512, 512));
var kurtosis = (normal.pow(4).mean() / normal.pow(2).mean().pow(2)).ToSingle();
Console.WriteLine($"kurtosis of xavier_normal_: {kurtosis:F1}");
Console.WriteLine($"same values as xavier_uniform_: {normal.sub(uniform).abs().max().ToSingle() == 0}");
CS
