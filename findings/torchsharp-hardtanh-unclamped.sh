#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects nn.functional.hardtanh and nn.Hardtanh to clamp their input to [-1, 1].
# They return their input as it is. Only the form that works in place clamps it.
source "$(dirname "$0")/common.sh"

finding 'functional.hardtanh -3 0.5 3
nn.Hardtanh         -3 0.5 3
in place            -1 0.5 1' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

var x = tensor(new float[] { -3, 0.5f, 3 });
Show("functional.hardtanh", nn.functional.hardtanh(x));
Show("nn.Hardtanh        ", nn.Hardtanh().forward(x));
Show("in place           ", nn.functional.hardtanh(x.clone(), inplace: true));

static void Show(string call, Tensor y) => Console.WriteLine($"{call} {string.Join(' ', y.data<float>().ToArray())}");
CS
