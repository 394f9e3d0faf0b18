"""Makes the reference runs beside this file, and repeats one of them.

    python3 generate.py make FOLDER [--parameterization supar] [--density 0.25] [--width 64] [--bias] ...
    python3 generate.py repeat FOLDER        the largest relative difference of a loss to the folder's own

The model is nanoGPT with SµPar (EleutherAI/nanoGPT-mup, branch supar) in plain PyTorch: learned positions, pre-norm blocks,
exact GELU, fused qkv, tied readout, no dropout, float32 on the CPU. Needs torch and numpy alone.
"""

import argparse
import json
import math
import os
import struct

import numpy
import torch
from torch.nn import functional as F

DEFAULTS = dict(
    parameterization="supar", density=0.25, width=64, base_width=32, layers=2, heads=4, context=32, batch=4, vocab=65, steps=30,
    lr=0.01, weight_decay=0.1, grad_clip=1.0, bias=False, alpha_input=1.0, alpha_output=1.0, init_std=0.02,
    beta1=0.9, beta2=0.95, eps=1e-8, activation="gelu", norm_eps=1e-5, tied=True)


def width_multiplier(config):
    return 1 if config["parameterization"] == "sp" else config["width"] / config["base_width"]


def hidden_multiplier(config):
    """What divides a hidden matrix's initial variance and its learning rate: m_d·m_ρ, m_d or 1."""
    return width_multiplier(config) * (config["density"] if config["parameterization"] == "supar" else 1)


def shapes(config):
    """Every tensor's shape by the reference's names, in the order of its layers."""
    width, bias = config["width"], config["bias"]
    linear = lambda name, outputs, inputs: (
        {name + ".weight": (outputs, inputs)} | ({name + ".bias": (outputs,)} if bias else {}))
    norm = lambda name: {name + ".weight": (width,)} | ({name + ".bias": (width,)} if bias else {})
    result = {"transformer.wte.weight": (config["vocab"], width), "transformer.wpe.weight": (config["context"], width)}
    for layer in range(config["layers"]):
        block = f"transformer.h.{layer}."
        result |= norm(block + "ln_1") | linear(block + "attn.c_attn", 3 * width, width) | linear(block + "attn.c_proj", width, width)
        result |= norm(block + "ln_2") | linear(block + "mlp.c_fc", 4 * width, width) | linear(block + "mlp.c_proj", width, 4 * width)
    return result | norm("transformer.ln_f")


def is_hidden(name):
    return ".c_" in name and name.endswith(".weight")


def initial(config, generator):
    """Initial weights, and the masks of hidden matrices where not all of their weights are kept."""
    weights, masks = {}, {}
    for name, shape in shapes(config).items():
        std = config["init_std"]
        if is_hidden(name):
            std /= math.sqrt(hidden_multiplier(config))
            if name.endswith("c_proj.weight"):
                std /= math.sqrt(2 * config["layers"])
            if config["density"] < 1:
                masks[name] = torch.bernoulli(torch.full(shape, config["density"]), generator=generator)
        if len(shape) == 2:
            weights[name] = std * torch.randn(shape, generator=generator)
        else:
            weights[name] = torch.ones(shape) if name.endswith(".weight") else torch.zeros(shape)
    return weights, masks


def batches(config, generator):
    """Windows of a text whose every token has four likely successors: something that can be learned."""
    successors = torch.randint(config["vocab"], (config["vocab"], 4), generator=generator)
    choices = torch.randint(4, (config["steps"], config["batch"], config["context"] + 1), generator=generator)
    token = torch.randint(config["vocab"], (config["steps"], config["batch"]), generator=generator)
    tokens = []
    for position in range(config["context"] + 1):
        token = successors[token, choices[:, :, position]]
        tokens.append(token)
    tokens = torch.stack(tokens, dim=-1)
    return tokens[..., :-1].contiguous(), tokens[..., 1:].contiguous()


def forward(config, weights, ids, probe=lambda name, value: None):
    """The logits of token ids, rows × context → rows × context × vocabulary."""
    is_standard = config["parameterization"] == "sp"
    linear = lambda x, name: F.linear(x, weights[name + ".weight"], weights.get(name + ".bias"))
    norm = lambda x, name: F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights.get(name + ".bias"), config["norm_eps"])
    rows, length = ids.shape
    split = lambda x: x.view(rows, length, config["heads"], -1).transpose(1, 2)
    causal = torch.tril(torch.ones(length, length, dtype=torch.bool))
    head_size = config["width"] // config["heads"]
    attention_scale = 1 / math.sqrt(head_size) if is_standard else 1 / head_size

    embedded = F.embedding(ids, weights["transformer.wte.weight"])
    probe("token_embedding", embedded)
    x = (embedded + weights["transformer.wpe.weight"][:length]) * (1 if is_standard else config["alpha_input"])
    for layer in range(config["layers"]):
        block = f"transformer.h.{layer}."
        qkv = linear(norm(x, block + "ln_1"), block + "attn.c_attn")
        probe(block + "c_attn", qkv)
        q, k, v = (split(part) for part in qkv.split(config["width"], dim=2))
        scores = (q @ k.transpose(-2, -1) * attention_scale).masked_fill(~causal, -math.inf)
        mixed = (F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(x.shape)
        branch = linear(mixed, block + "attn.c_proj")
        probe("attn", branch)
        x = x + branch
        branch = linear(F.gelu(linear(norm(x, block + "ln_2"), block + "mlp.c_fc")), block + "mlp.c_proj")
        probe("mlp", branch)
        x = x + branch
    x = norm(x, "transformer.ln_f")
    x = x if is_standard else x * (config["alpha_output"] / width_multiplier(config))
    logits = F.linear(x, weights["transformer.wte.weight"])
    probe("lm_head", logits)
    return logits


def groups(config, weights):
    """AdamW's groups: the learning rate's factor on hidden matrices, decay on matrices alone."""
    kinds = {}
    for name, weight in weights.items():
        kinds.setdefault((is_hidden(name), weight.dim() >= 2), []).append(weight)
    return [dict(params=params,
                 lr_scale=1 / hidden_multiplier(config) if hidden else 1.0,
                 weight_decay=config["weight_decay"] if matrix else 0.0)
            for (hidden, matrix), params in kinds.items()]


def train(config, start, masks, inputs, targets):
    """Trains on every batch; the steps, the learning rates' factors, the first logits and the last effective weights."""
    weights = {name: value.clone().requires_grad_() for name, value in start.items()}
    effective = lambda: {name: weight * masks[name] if name in masks else weight for name, weight in weights.items()}
    optimizer = torch.optim.AdamW(groups(config, weights), lr=config["lr"], betas=(config["beta1"], config["beta2"]), eps=config["eps"])
    for group in optimizer.param_groups:
        group["lr"] = config["lr"] * group["lr_scale"]
    with torch.no_grad():
        logits0 = forward(config, effective(), inputs[0, :2])
    trace = []
    for step, (x, y) in enumerate(zip(inputs, targets)):
        seen = {}
        logits = forward(config, effective(), x, lambda name, value: seen.setdefault(name, []).append(value.abs().mean().item()))
        loss = F.cross_entropy(logits.view(-1, logits.shape[-1]), y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights.values(), config["grad_clip"] or math.inf)
        optimizer.step()
        means = {name + "_abs_mean": sum(seen[name]) / len(seen[name]) for name in ("token_embedding", "attn", "mlp", "lm_head")}
        trace.append(dict(step=step, loss=loss.item(), grad_norm=norm.item()) | means)
    scales = sorted({group["lr_scale"] for group in optimizer.param_groups})
    return trace, scales, logits0, {name: weight.detach() for name, weight in effective().items()}


TYPES = {"F32": numpy.float32, "U8": numpy.uint8, "I64": numpy.int64}


def save(path, tensors):
    """Writes numpy arrays as a safetensors file."""
    header, data = {"__metadata__": {"format": "np"}}, []
    for name, array in tensors.items():
        start = sum(map(len, data))
        data.append(array.tobytes())
        type_name = next(key for key, value in TYPES.items() if value == array.dtype)
        header[name] = dict(dtype=type_name, shape=array.shape, data_offsets=[start, start + len(data[-1])])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def load(path):
    """Reads a safetensors file as tensors."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    array = lambda e: numpy.frombuffer(data[slice(*e["data_offsets"])], TYPES[e["dtype"]]).reshape(e["shape"])
    return {name: torch.from_numpy(array(entry).copy()) for name, entry in header.items()}


def make(folder, config, seed):
    generator = torch.Generator().manual_seed(seed)
    start, masks = initial(config, generator)
    inputs, targets = batches(config, generator)
    trace, scales, logits0, final = train(config, start, masks, inputs, targets)
    tensors = {f"init.{name}": value for name, value in start.items()}
    tensors |= {f"mask.{name}": value.to(torch.uint8) for name, value in masks.items()}
    tensors |= {"logits0": logits0, "x": inputs, "y": targets}
    tensors |= {f"final.{name}": value for name, value in final.items()}
    os.makedirs(folder, exist_ok=True)
    save(os.path.join(folder, "tensors.safetensors"), {name: value.contiguous().numpy() for name, value in tensors.items()})
    with open(os.path.join(folder, "trace.json"), "w") as file:
        # The configuration says the sparsity, too, as the reference's own does.
        said = {key: value for name, number in config.items() for key, value in
                ([("sparsity", 1 - number), (name, number)] if name == "density" else [(name, number)])}
        json.dump({"config": said, "trace": trace, "lr_scale": scales}, file, indent=1)


def repeat(folder):
    with open(os.path.join(folder, "trace.json")) as file:
        said = json.load(file)
    tensors = load(os.path.join(folder, "tensors.safetensors"))
    part = lambda prefix: {name[len(prefix):]: value for name, value in tensors.items() if name.startswith(prefix)}
    masks = {name: mask.float() for name, mask in part("mask.").items()}
    trace, scales, logits0, final = train(said["config"], part("init."), masks, tensors["x"], tensors["y"])
    relative = lambda key: max(abs(a[key] - b[key]) / abs(b[key]) for a, b in zip(trace, said["trace"]))
    absolute = lambda a, b: (a - b).abs().max().item()
    for key in trace[0].keys() - {"step"}:
        print(f"{key}: {relative(key):.1e}")
    weights = max(absolute(final[name], weight) for name, weight in part("final.").items())
    print(f"logits0: {absolute(logits0, tensors['logits0']):.1e}, weights: {weights:.1e}")
    print(f"lr_scale: {scales}, {said['lr_scale']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("folder")
    making.add_argument("--seed", type=int, default=1)
    for name, value in DEFAULTS.items():
        if name not in ("activation", "norm_eps", "tied"):
            kind = dict(action="store_true") if isinstance(value, bool) else dict(type=type(value), default=value)
            making.add_argument("--" + name.replace("_", "-"), **kind)
    commands.add_parser("repeat").add_argument("folder")
    arguments = vars(parser.parse_args())
    if arguments["command"] == "repeat":
        repeat(arguments["folder"])
    else:
        make(arguments["folder"], {name: arguments.get(name, value) for name, value in DEFAULTS.items()}, arguments["seed"])


if __name__ == "__main__":
    main()
