#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects the number of threads to change the last digits of a gradient at most.
# In bfloat16 each thread's sum for LayerNorm's bias stops at 256, and the sums are added: with two threads the gradient is twice
# that with one. The right value is the number of rows.
source "$(dirname "$0")/common.sh"

finding '1 threads, 8192 rows: 256
2 threads, 8192 rows: 512' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

const int rows = 8192;
foreach (var threads in new[] { 1, 2 })
{
    set_num_threads(threads);
    var norm = nn.LayerNorm(8, dtype: ScalarType.BFloat16);
    norm.forward(randn(rows, 8).to(ScalarType.BFloat16)).sum().backward();
    Console.WriteLine($"{threads} threads, {rows} rows: {norm.bias!.grad![0].ToSingle()}");
}
CS
