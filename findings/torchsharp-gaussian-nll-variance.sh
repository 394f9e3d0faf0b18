#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects gaussian_nll_loss to train a network that predicts a mean and a variance: both get a gradient, as in PyTorch.
# The variance gets none, and nothing is reported.
source "$(dirname "$0")/common.sh"

finding 'gradient of the mean: -0.5
gradient of the variance: none' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

var mean = zeros(4, 1, requires_grad: true);
var variance = full(4, 1, 2f, requires_grad: true);
nn.functional.gaussian_nll_loss(mean, ones(4, 1), variance).backward();
Console.WriteLine($"gradient of the mean: {mean.grad!.sum().ToSingle():F1}");
Console.WriteLine($"gradient of the variance: {(variance.grad is null ? "none" : "there is one")}");
CS
