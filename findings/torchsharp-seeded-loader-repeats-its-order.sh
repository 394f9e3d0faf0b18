#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects a DataLoader with shuffle and a seed to give another order in each epoch, and the same orders in the next run.
# With a seed every epoch has the same order. Without one the order ignores manual_seed, and no run can be repeated.
source "$(dirname "$0")/common.sh"

finding 'seed: second epoch as the first one True
manual_seed: second loader as the first one False' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

using var seeded = utils.data.DataLoader(new Numbers(), 1, shuffle: true, seed: 1);
Console.WriteLine($"seed: second epoch as the first one {Epoch(seeded).SequenceEqual(Epoch(seeded))}");

manual_seed(1);
using var first = utils.data.DataLoader(new Numbers(), 1, shuffle: true);
var order = Epoch(first);
manual_seed(1);
using var second = utils.data.DataLoader(new Numbers(), 1, shuffle: true);
Console.WriteLine($"manual_seed: second loader as the first one {order.SequenceEqual(Epoch(second))}");

static List<float> Epoch(TorchSharp.Modules.DataLoader loader)
{
    List<float> values = [];
    foreach (var batch in loader) values.Add(batch["x"].ToSingle());
    return values;
}

class Numbers : utils.data.Dataset
{
    public override long Count => 100;

    public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["x"] = tensor((float)index) };
}
CS
