#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# A decoder that keeps keys and values asks with the newest query, which may see all earlier keys. One expects the causal mask of
# scaled_dot_product_attention to end at the last key, so that the last query sees every key.
# The mask starts at the first key: the one query sees key 0 only, and the newest keys are never read.
source "$(dirname "$0")/common.sh"

finding '1 queries, mean of the values each one sees: 0
2 queries, mean of the values each one sees: 0 0.5
5 queries, mean of the values each one sees: 0 0.5 1 1.5 2' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

var keys = zeros(1, 1, 5, 1);
var values = arange(5, ScalarType.Float32).reshape(1, 1, 5, 1);
foreach (var queries in new[] { 1, 2, 5 })
{
    var attended = nn.functional.scaled_dot_product_attention(zeros(1, 1, queries, 1), keys, values, is_casual: true);
    Console.WriteLine($"{queries} queries, mean of the values each one sees: {string.Join(' ', attended.data<float>().ToArray())}");
}
CS
