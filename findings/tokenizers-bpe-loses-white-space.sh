#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1.
# One expects BpeTokenizer.Create with the vocabulary and merges of a GPT-2 model to encode text as that model was trained.
# It splits at white space and drops it: no id stands for a space, and decoding cannot bring it back. Encoding as GPT-2 does needs
# BpeOptions with ByteLevel = true and a pre-tokenizer.
source "$(dirname "$0")/common.sh"

finding 'Create(vocabulary, merges): 3 3 is "hihi"
ByteLevel: 3 4 is "hi hi"' \
  Microsoft.ML.Tokenizers@2.0.1 <<'CS'
using System.Text;
using Microsoft.ML.Tokenizers;

// As in GPT-2's files, U+0120 stands for the space.
const string vocabulary = """{"h":0,"i":1,"\u0120":2,"hi":3,"\u0120hi":4}""", merges = "#version: 0.2\nh i\n\u0120 hi\n";
static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

var plain = BpeTokenizer.Create(Stream(vocabulary), Stream(merges));
Dictionary<string, int> ids = new() { ["h"] = 0, ["i"] = 1, ["\u0120"] = 2, ["hi"] = 3, ["\u0120hi"] = 4 };
var byteLevel = BpeTokenizer.Create(new BpeOptions(ids)
{
    Merges = ["h i", "\u0120 hi"],
    ByteLevel = true,
    PreTokenizer = RobertaPreTokenizer.Instance,
});
foreach (var (name, tokenizer) in new[] { ("Create(vocabulary, merges)", plain), ("ByteLevel", byteLevel) })
{
    var encoded = tokenizer.EncodeToIds("hi hi");
    Console.WriteLine($"{name}: {string.Join(' ', encoded)} is \"{tokenizer.Decode(encoded)}\"");
}
CS
