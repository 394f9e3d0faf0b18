#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1.
# One expects BpeOptions.SpecialTokens to make the text of a special token one id, such as the end of a document.
# The text is split into ordinary tokens all the same, and decodes to the same text, so nobody notices that a model never sees the
# special id. The pre-tokenizer must get the special tokens as well.
source "$(dirname "$0")/common.sh"

finding 'SpecialTokens: 0 1 2 3 is "a<e>"
SpecialTokens, and the pre-tokenizer has them: 0 4 is "a<e>"' \
  Microsoft.ML.Tokenizers@2.0.1 <<'CS'
using Microsoft.ML.Tokenizers;

Dictionary<string, int> special = new() { ["<e>"] = 4 };
foreach (var (name, preTokenizer) in new (string, PreTokenizer)[]
{
    ("SpecialTokens", RobertaPreTokenizer.Instance),
    ("SpecialTokens, and the pre-tokenizer has them", new RegexPreTokenizer(new(@"\S+|\s+"), special)),
})
{
    var tokenizer = BpeTokenizer.Create(new BpeOptions(new Dictionary<string, int> { ["a"] = 0, ["<"] = 1, ["e"] = 2, [">"] = 3, ["<e>"] = 4 })
    {
        ByteLevel = true,
        SpecialTokens = special,
        PreTokenizer = preTokenizer,
    });
    var ids = tokenizer.EncodeToIds("a<e>");
    Console.WriteLine($"{name}: {string.Join(' ', ids)} is \"{tokenizer.Decode(ids)}\"");
}
CS
