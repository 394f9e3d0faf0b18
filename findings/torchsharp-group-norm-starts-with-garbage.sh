#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects a new GroupNorm to have weights of 1 and biases of 0, as LayerNorm has.
# They are never set and hold whatever the memory held before. The program fills some memory with sevens first, so that it is not new.
source "$(dirname "$0")/common.sh"

finding 'LayerNorm: all weights 1 True, all biases 0 True
GroupNorm: all weights 1 and all biases 0 False' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

for (var i = 0; i < 64; i++) full(3000, 7f).Dispose();
var group = nn.GroupNorm(2, 3000);
var layer = nn.LayerNorm(3000);
Console.WriteLine($"LayerNorm: all weights 1 {layer.weight!.eq(1).all().ToBoolean()}, all biases 0 {layer.bias!.eq(0).all().ToBoolean()}");
var right = group.weight!.eq(1).all().ToBoolean() && group.bias!.eq(0).all().ToBoolean();
Console.WriteLine($"GroupNorm: all weights 1 and all biases 0 {right}");
CS
