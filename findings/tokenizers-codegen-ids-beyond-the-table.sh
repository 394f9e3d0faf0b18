#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects CodeGenTokenizer with GPT-2's vocabulary to give ids of that vocabulary, so that an Embedding with its rows can read them.
# Runs of spaces and tabs become ids from 50257 on, whatever the vocabulary's size. Decoding brings the text back, so a round trip
# looks right, and the Embedding throws.
source "$(dirname "$0")/common.sh"

finding '0 50285 1 is "h   i"
ExternalException: index out of range in self' \
  Microsoft.ML.Tokenizers@2.0.1 TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using System.Text;
using Microsoft.ML.Tokenizers;
using static TorchSharp.torch;
using TorchSharp;

// As in GPT-2's files, U+0120 stands for the space.
var vocabulary = """{"h":0,"i":1,"\u0120":2,"<|endoftext|>":3}""";
static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
var tokenizer = CodeGenTokenizer.Create(Stream(vocabulary), Stream("#version: 0.2\n"));
var ids = tokenizer.EncodeToIds("h   i");
Console.WriteLine($"{string.Join(' ', ids)} is \"{tokenizer.Decode(ids)}\"");
try
{
    nn.Embedding(4, 2).forward(tensor(ids.Select(id => (long)id).ToArray()));
    Console.WriteLine("embedded");
}
catch (Exception error)
{
    Console.WriteLine($"{error.GetType().Name}: {error.Message.Split('\n')[0]}");
}
CS
