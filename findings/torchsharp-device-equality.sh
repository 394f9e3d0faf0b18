#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects a.device == b.device to tell whether two tensors are on the same device, as in PyTorch.
# Each call of device gives a new object of a class without an equality of its own, so that two devices are never equal, not even
# those of one tensor. A cache that is made anew unless its device is the same is made anew at each call. Compare type and index.
source "$(dirname "$0")/common.sh"

finding 'x.device == x.device      False
x.device.Equals(x.device) False
type and index            True' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;

var x = zeros(2);
Console.WriteLine($"x.device == x.device      {x.device == x.device}");
Console.WriteLine($"x.device.Equals(x.device) {x.device.Equals(x.device)}");
Console.WriteLine($"type and index            {(x.device.type, x.device.index) == (x.device.type, x.device.index)}");
CS
