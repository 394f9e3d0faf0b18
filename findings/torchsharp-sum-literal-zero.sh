#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects t.sum(0) to sum over dimension 0, as t.sum(1) sums over dimension 1.
# The literal 0 converts to the enumeration ScalarType, so the overload with a dtype is called: the result is the sum of the whole
# tensor as a uint8 scalar, which wraps at 256. A variable, 0L or the named argument dim gives the right result.
source "$(dirname "$0")/common.sh"

finding 'sum(1)      Float32 [2] 600,720
sum(0)      Byte [] 40
sum(dim: 0) Float32 [3] 340,440,540
prod(0)     Byte [] 0' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;

var t = tensor(new float[,] { { 100, 200, 300 }, { 240, 240, 240 } });
Show("sum(1)     ", t.sum(1));
Show("sum(0)     ", t.sum(0));
Show("sum(dim: 0)", t.sum(dim: 0));
Show("prod(0)    ", t.prod(0));

static void Show(string call, Tensor result) => Console.WriteLine(
    $"{call} {result.dtype} [{string.Join(',', result.shape)}] {string.Join(',', result.to(ScalarType.Float32).data<float>().ToArray())}");
CS
