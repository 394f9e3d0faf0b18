#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects a walk over the modules of a TransformerEncoderLayer to find its attention, linear layers and norms, as in PyTorch.
# It has parameters and no children: code that prunes, initialises or hooks every Linear passes over all of them without a word.
source "$(dirname "$0")/common.sh"

finding 'children 0, parameters 12
Linear modules in the model: 1
self_attn.in_proj_weight [24, 8]
self_attn.out_proj.weight [8, 8]
linear1.weight [16, 8]
linear2.weight [8, 16]' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;
using TorchSharp.Modules;

var layer = nn.TransformerEncoderLayer(d_model: 8, nhead: 2, dim_feedforward: 16);
var model = nn.Sequential(nn.Linear(8, 8), layer);
Console.WriteLine($"children {layer.named_modules().Count()}, parameters {layer.parameters().Count()}");
Console.WriteLine($"Linear modules in the model: {model.modules().OfType<Linear>().Count()}");
foreach (var (name, parameter) in layer.named_parameters().Where(p => p.parameter.dim() == 2))
{
    Console.WriteLine($"{name} [{string.Join(", ", parameter.shape)}]");
}
CS
