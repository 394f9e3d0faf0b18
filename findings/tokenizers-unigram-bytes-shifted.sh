#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1.
# One expects SentencePieceTokenizer to write a character that a Unigram model with byte fallback does not have as the ids of its bytes.
# The ids are too large: the line break is the piece <0x0A>, which has the id 13 here, and 268 is beyond the 260 pieces.
source "$(dirname "$0")/common.sh"

finding 'a, line break, a: 259 268 259' \
  Microsoft.ML.Tokenizers@2.0.1 Google.Protobuf@3.36.2 <<'CS'
using Google.Protobuf;
using Microsoft.ML.Tokenizers;

using var file = new MemoryStream();
using (var model = new CodedOutputStream(file, leaveOpen: true))
{
    Piece(model, "<unk>", 0, 2);
    Piece(model, "<s>", 0, 3);
    Piece(model, "</s>", 0, 3);
    for (var value = 0; value < 256; value++) Piece(model, $"<0x{value:X2}>", 0, 6);
    Piece(model, "a", -1, 1);
    Message(model, 2, part =>
    {
        part.WriteTag(3, WireFormat.WireType.Varint); // the model is Unigram
        part.WriteEnum(1);
        part.WriteTag(35, WireFormat.WireType.Varint); // with byte fallback
        part.WriteBool(true);
    });
    Message(model, 3, part =>
    {
        part.WriteTag(1, WireFormat.WireType.LengthDelimited);
        part.WriteString("identity");
        part.WriteTag(3, WireFormat.WireType.Varint); // no blank at the beginning
        part.WriteBool(false);
    });
}

file.Position = 0;
var tokenizer = SentencePieceTokenizer.Create(file, addBeginningOfSentence: false, addEndOfSentence: false);
Console.WriteLine($"a, line break, a: {string.Join(' ', tokenizer.EncodeToIds("a\na"))}");

static void Piece(CodedOutputStream model, string text, float score, int kind) => Message(model, 1, part =>
{
    part.WriteTag(1, WireFormat.WireType.LengthDelimited);
    part.WriteString(text);
    part.WriteTag(2, WireFormat.WireType.Fixed32);
    part.WriteFloat(score);
    part.WriteTag(3, WireFormat.WireType.Varint);
    part.WriteEnum(kind);
});

static void Message(CodedOutputStream into, int field, Action<CodedOutputStream> write)
{
    using var bytes = new MemoryStream();
    using (var part = new CodedOutputStream(bytes, leaveOpen: true)) write(part);
    into.WriteTag(field, WireFormat.WireType.LengthDelimited);
    into.WriteBytes(ByteString.CopyFrom(bytes.ToArray()));
}
CS
