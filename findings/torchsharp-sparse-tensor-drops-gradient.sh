#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects sparse_coo_tensor(indices, values, size) to be part of the graph, so that the values can be trained, as in PyTorch.
# The values get no gradient. If anything else in the expression is trained, backward() reports nothing.
source "$(dirname "$0")/common.sh"

finding 'bias: 6, values: none
dense: 6' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

var indices = tensor(new long[,] { { 0, 1 }, { 1, 0 } });
var values = ones(2, requires_grad: true);
var bias = zeros(2, 3, requires_grad: true);
var matrix = sparse_coo_tensor(indices, values, [2, 2]);
(matrix.matmul(ones(2, 3)) + bias).sum().backward();
Console.WriteLine($"bias: {bias.grad!.sum().ToSingle()}, values: {(values.grad is null ? "none" : "a gradient")}");

// The same matrix, built densely.
(zeros(2, 2).index_put_(values, indices[0], indices[1]).matmul(ones(2, 3)) + bias).sum().backward();
Console.WriteLine($"dense: {values.grad?.sum().ToSingle()}");
CS
