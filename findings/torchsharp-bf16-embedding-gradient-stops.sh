#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects the gradient of a bfloat16 embedding row to be about the number of its uses, rounded to bfloat16.
# The uses are added one at a time in bfloat16, where 256 + 1 is 256: a row that is used 4096 times gets the gradient 256.
# With a float32 table, and for the bias of a Linear in bfloat16, the sum is right.
source "$(dirname "$0")/common.sh"

finding 'Float32: embedding 4096, bias 4096
BFloat16: embedding 256, bias 4096' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

const int uses = 4096;
foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
{
    var embedding = nn.Embedding(2, 1, dtype: type);
    embedding.forward(zeros(uses, ScalarType.Int64)).sum().backward();
    var linear = nn.Linear(1, 1, dtype: type);
    linear.forward(zeros(uses, 1, type)).sum().backward();
    Console.WriteLine($"{type}: embedding {embedding.weight!.grad![0].ToSingle()}, bias {linear.bias!.grad!.ToSingle()}");
}
CS
