"""Reads an exported checkpoint as PyTorch users would, runs GPT-2 on it, and prints the logits: gpt2.py FILE HEADS ALPHA_IN LOGIT_SCALE ID..."""
import json
import struct
import sys

import torch
import torch.nn.functional as F

path, heads, alpha_in, logit_scale = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
ids = torch.tensor([[int(i) for i in sys.argv[5:]]])

with open(path, "rb") as file:
    raw = file.read()
size = struct.unpack("<Q", raw[:8])[0]
header, data = json.loads(raw[8 : 8 + size]), raw[8 + size :]
weights = {
    name: torch.frombuffer(bytearray(data[e["data_offsets"][0] : e["data_offsets"][1]]), dtype=torch.float32).reshape(e["shape"])
    for name, e in header.items()
    if name != "__metadata__" and e["dtype"] == "F32"
}


def at(name):
    return weights["transformer." + name]


x = alpha_in * (at("wte.weight")[ids] + at("wpe.weight")[: ids.shape[1]])
b, t, d = x.shape
norm = lambda x, name: F.layer_norm(x, (d,), at(name + ".weight"))
for i in range(sum(name.endswith("attn.c_attn.weight") for name in weights)):
    qkv = norm(x, f"h.{i}.ln_1") @ at(f"h.{i}.attn.c_attn.weight").T
    q, k, v = (z.view(b, t, heads, d // heads).transpose(1, 2) for z in qkv.split(d, dim=2))
    logits = q @ k.transpose(-2, -1) / (d // heads)
    mixed = logits.masked_fill(torch.ones(t, t, dtype=torch.bool).triu(1), float("-inf")).softmax(-1) @ v
    x = x + mixed.transpose(1, 2).reshape(b, t, d) @ at(f"h.{i}.attn.c_proj.weight").T
    x = x + F.gelu(norm(x, f"h.{i}.ln_2") @ at(f"h.{i}.mlp.c_fc.weight").T) @ at(f"h.{i}.mlp.c_proj.weight").T
for value in (logit_scale * norm(x, "ln_f") @ at("wte.weight").T).flatten().tolist():
    print(repr(value))
