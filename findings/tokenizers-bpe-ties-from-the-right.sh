#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1.
# One expects SentencePieceTokenizer to merge the leftmost of several equal pairs, as SentencePiece does (bpe_model.cc): aaa is the pieces
# aa and a. It merges the rightmost, so that every run of an odd number of spaces gets other ids as well.
source "$(dirname "$0")/common.sh"

finding 'aaa: a aa' \
  Microsoft.ML.Tokenizers@2.0.1 Google.Protobuf@3.36.2 <<'CS'
using Google.Protobuf;
using Microsoft.ML.Tokenizers;

using var file = new MemoryStream();
using (var model = new CodedOutputStream(file, leaveOpen: true))
{
    Piece(model, "<unk>", 0, 2);
    Piece(model, "<s>", 0, 3);
    Piece(model, "</s>", 0, 3);
    Piece(model, "aa", 0, 1);
    Piece(model, "a", -1, 1);
    Message(model, 2, part =>
    {
        part.WriteTag(3, WireFormat.WireType.Varint); // the model is BPE
        part.WriteEnum(2);
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
Console.WriteLine($"aaa: {string.Join(' ', tokenizer.EncodeToTokens("aaa", out _).Select(static token => token.Value))}");

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
