"""
Two steps of Muon's own code, for the table of optimizers in tests/SuParDsl.Peers.Tests.

    python3 muon.py MUON

MUON is muon.py of KellerJordan/Muon (857d1ad). Its SingleDeviceMuon runs as it is, but in float32 where it has bfloat16, so that digits
can be compared. Weights and gradients come from SplitMix64, as in SplitMixDraws.cs.
"""

import sys

import torch

from completep import draws

LR, WEIGHT_DECAY, MOMENTUM = 0.02, 0.1, 0.95


def main():
    with open(sys.argv[1]) as file:
        source = file.read()
    assert "G.bfloat16()" in source
    scope = {}
    exec(source.replace("G.bfloat16()", "G.float()").replace("import torch.distributed as dist", ""), scope)
    for shape in ((8, 4), (4, 8), (4, 4), (8, 4, 3, 3)):
        count = torch.Size(shape).numel()
        tensor = lambda seed: torch.from_numpy(draws(seed, count) - 0.5).float().view(shape)
        weight = torch.nn.Parameter(tensor(1))
        optimizer = scope["SingleDeviceMuon"]([weight], lr=LR, weight_decay=WEIGHT_DECAY, momentum=MOMENTUM)
        for step in range(2):
            weight.grad = tensor(2 + step)
            optimizer.step()
        print(shape, ", ".join(f"{value:.7g}" for value in weight.flatten()[:32].tolist()))


if __name__ == "__main__":
    main()
