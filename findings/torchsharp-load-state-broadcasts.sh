#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects load_state_dict to refuse a tensor of another shape or type, as PyTorch does for shapes, since it belongs to another model.
# A smaller tensor is broadcast over the parameter, and integers are converted, both without an error.
source "$(dirname "$0")/common.sh"

finding 'weight Float32 [2, 3]: 1 2 3 1 2 3
bias Float32 [2]: 7 7' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

var layer = nn.Linear(3, 2);
layer.load_state_dict(new Dictionary<string, Tensor>
{
    ["weight"] = tensor(new float[] { 1, 2, 3 }),
    ["bias"] = tensor(new long[] { 7 }),
});
foreach (var (name, parameter) in layer.named_parameters())
{
    var values = string.Join(' ', parameter.detach().data<float>().ToArray());
    Console.WriteLine($"{name} {parameter.dtype} [{string.Join(", ", parameter.shape)}]: {values}");
}
CS
