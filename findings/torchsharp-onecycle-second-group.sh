#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects OneCycleLR to take every parameter group through one rise and one fall, as in PyTorch.
# Only the first group does so. The second one goes up and down again and again with the length of the warm-up,
# because the scheduler looks at the group's index where it should look at the phase.
source "$(dirname "$0")/common.sh"

finding 'peaks 1, last rate 4E-09
peaks 2, last rate 0.00013' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;
using TorchSharp.Modules;

var optimizer = optim.SGD([new SGD.ParamGroup([new Parameter(zeros(1))]), new SGD.ParamGroup([new Parameter(zeros(1))])], 0.1);
var scheduler = optim.lr_scheduler.OneCycleLR(optimizer, [0.001, 0.001], total_steps: 20);
var rates = new List<double>[] { [], [] };
for (var step = 0; step < 20; step++)
{
    foreach (var (group, index) in optimizer.ParamGroups.Select((group, index) => (group, index))) rates[index].Add(group.LearningRate);
    optimizer.step();
    if (step < 19) scheduler.step();
}

foreach (var list in rates)
{
    var peaks = Enumerable.Range(1, 18).Count(i => list[i] > list[i - 1] && list[i] >= list[i + 1]);
    Console.WriteLine($"peaks {peaks}, last rate {list[19]:G2}");
}
CS
