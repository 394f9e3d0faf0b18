#!/usr/bin/env bash
# System.Numerics.Tensors 11.0.0 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects TensorPrimitives.SoftMax to give probabilities for any finite logits, as torch.softmax does.
# It takes the exponentials as they are, without subtracting the largest value: logits of 89 overflow and logits of -200 all become
# 0, and the result is NaN.
source "$(dirname "$0")/common.sh"

finding '[1 2]: 0.269 0.731, libtorch 0.269 0.731
[88 89]: 0.000 NaN, libtorch 0.269 0.731
[-200 -201]: NaN NaN, libtorch 0.731 0.269' \
  System.Numerics.Tensors@11.0.0 TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using System.Numerics.Tensors;
using static TorchSharp.torch;

foreach (var logits in new float[][] { [1, 2], [88, 89], [-200, -201] })
{
    var result = new float[2];
    TensorPrimitives.SoftMax<float>(logits, result);
    Console.WriteLine($"[{string.Join(' ', logits)}]: {Text(result)}, libtorch {Text(softmax(tensor(logits), 0).data<float>().ToArray())}");
}

static string Text(float[] values) => string.Join(' ', values.Select(value => value.ToString("F3")));
CS
