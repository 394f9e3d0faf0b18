using System.Text.Json.Serialization;

namespace SuParDsl.Lab.Data.Tokenizers;

/// <summary>Converts between token ids and text. It is saved with every run, so that the run's samples can be decoded.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CharacterTokenizer), "characters")]
[JsonDerivedType(typeof(ByteTokenizer), "bytes")]
[JsonDerivedType(typeof(IdTokenizer), "ids")]
internal abstract record Tokenizer
{
    /// <summary>The number of different tokens.</summary>
    [JsonIgnore]
    public abstract int Size { get; }

    /// <summary>The name of one token, in the singular: "character".</summary>
    [JsonIgnore]
    public abstract string Unit { get; }

    /// <summary>The token that a sample starts from if no prompt is given.</summary>
    [JsonIgnore]
    public abstract int Start { get; }

    /// <summary>The token that ends a document where several are packed into one sequence; null if there is none.</summary>
    [JsonIgnore]
    public virtual int? EndOfText => null;

    /// <summary>Whether another tokenizer gives the same ids, so that their tokens can be mixed.</summary>
    public virtual bool IsLike(Tokenizer other) => Equals(other);

    /// <summary>Encodes text to token ids.</summary>
    /// <exception cref="UserException">A part of the text is not in the vocabulary.</exception>
    public abstract int[] Encode(string text);

    /// <summary>Decodes token ids to text.</summary>
    public abstract string Decode(IReadOnlyList<int> ids);
}
