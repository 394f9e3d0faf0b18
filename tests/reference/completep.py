"""
Twenty steps of CompleteP's own code, for the table of runs in tests/SuParDsl.Peers.Tests.

    python3 completep.py MODEL

MODEL is model.py of EleutherAI/nanoGPT-mup, branch completep (6f8bc3b). Its GPT class and its configure_optimizers run as they
are; the loop below is train.py's without warm-up, with its own ε: each group's learning rate is lr·lr_scale, gradients are clipped at 1.
Weights and tokens come from SplitMix64, as in SplitMixDraws.cs, so that no file of numbers is needed.
"""

import importlib.util
import sys

import numpy
import torch

WIDTH, BASE_WIDTH, DEPTH, BASE_DEPTH, HEADS, CONTEXT, BATCH, VOCAB, STEPS = 64, 32, 8, 2, 4, 16, 4, 40, 20
LR, WEIGHT_DECAY, BETAS, EPS, INIT_STD, CLIP = 0.01, 0.1, (0.9, 0.95), 1e-12, 0.02, 1.0


def draws(seed, count):
    """The first numbers of SplitMix64, their upper 24 bits as multiples of 2⁻²⁴."""
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> numpy.uint64(31))) >> numpy.uint64(40)).astype(numpy.float64) / 2**24


def tokens(seed, count):
    """A walk over the vocabulary by steps of 1, 4, 7 or 10."""
    steps = (draws(seed, count) * 4).astype(numpy.int64)
    return numpy.cumsum(1 + 3 * steps) % VOCAB


def run(module, alpha):
    config = module.GPTConfig(
        block_size=CONTEXT, vocab_size=VOCAB, n_layer=DEPTH, n_head=HEADS, n_embd=WIDTH, bias=True, init_std=INIT_STD, mup_enabled=True,
        mup_width_multiplier=WIDTH / BASE_WIDTH, depth_alpha_enabled=True, depth_multiplier=DEPTH / BASE_DEPTH, depth_alpha_exp=alpha)
    model = module.GPT(config)
    # Uniform weights of the deviation that the class itself draws normal ones with; tensors are counted in their order.
    with torch.no_grad():
        for seed, (name, weight) in enumerate(model.named_parameters()):
            if weight.dim() == 2:
                std = INIT_STD / (1 if name.endswith(("wte.weight", "wpe.weight")) else (WIDTH / BASE_WIDTH) ** 0.5)
                values = (draws(seed, weight.numel()) - 0.5) * (std * 12**0.5)
                weight.copy_(torch.from_numpy(values.astype(numpy.float32)).view_as(weight))
    optimizer = model.configure_optimizers(WEIGHT_DECAY, LR, BETAS, EPS, "cpu")
    for group in optimizer.param_groups:
        group["lr"] = LR * group["lr_scale"]
    text = torch.from_numpy(tokens(1000, STEPS * BATCH * (CONTEXT + 1))).view(STEPS, BATCH, CONTEXT + 1)
    losses = []
    for step in text:
        _, loss = model(step[:, :-1].contiguous(), step[:, 1:].contiguous())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        losses.append(loss.item())
    return losses, optimizer


def main():
    spec = importlib.util.spec_from_file_location("model", sys.argv[1])
    module = importlib.util.module_from_spec(spec)
    sys.modules["model"] = module
    spec.loader.exec_module(module)
    print("torch", torch.__version__)
    for alpha in (1.0, 0.5):
        losses, optimizer = run(module, alpha)
        print("alpha", alpha)
        print("losses", ", ".join(f"{loss:.9g}" for loss in losses))
        for group in optimizer.param_groups:
            print("lr_scale", group["lr_scale"], "weight_decay", group["weight_decay"], "eps", group["eps"], "tensors", len(group["params"]))


if __name__ == "__main__":
    main()
