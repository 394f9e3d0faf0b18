#!/usr/bin/env bash
# ILGPU 1.5.3 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects (Half)value of ILGPU to round to the nearest half-precision number, as libtorch and System.Half do.
# It cuts the digits off: half of all values are one place too small, and none is too large.
source "$(dirname "$0")/common.sh"

finding 'System.Half as libtorch: 100 %
ILGPU.Half as libtorch: 50 %
ILGPU.Half larger than the value: 0
0.9999 becomes 0.9995117, with libtorch 1' \
  ILGPU@1.5.3 TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

manual_seed(1);
var values = rand(10_000).mul(100).data<float>().ToArray();
var torchHalf = tensor(values).to(ScalarType.Float16).to(ScalarType.Float32).data<float>().ToArray();
var ilgpu = values.Select(value => (float)(ILGPU.Half)value).ToArray();
var dotnet = values.Select(value => (float)(System.Half)value).ToArray();
Console.WriteLine($"System.Half as libtorch: {dotnet.Count((value, i) => value == torchHalf[i]) * 100 / values.Length} %");
Console.WriteLine($"ILGPU.Half as libtorch: {Math.Round(ilgpu.Count((value, i) => value == torchHalf[i]) * 10.0 / values.Length) * 10} %");
Console.WriteLine($"ILGPU.Half larger than the value: {ilgpu.Count((value, i) => value > values[i])}");
Console.WriteLine($"0.9999 becomes {(float)(ILGPU.Half)0.9999f}, with libtorch {tensor(0.9999f).to(ScalarType.Float16).ToSingle()}");

static class Counting
{
    public static int Count(this float[] values, Func<float, int, bool> test) => values.Where(test).Count();
}
CS
