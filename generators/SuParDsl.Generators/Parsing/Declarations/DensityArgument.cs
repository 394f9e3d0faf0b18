using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>A density that a declaration states: as <c>Declare</c> passes it on, and as two formulas for the table.</summary>
/// <param name="Emitted">The argument of <c>Declare</c>.</param>
/// <param name="Value">ρ.</param>
/// <param name="Base">ρ₀.</param>
internal sealed record DensityArgument(DensityModel Emitted, string Value, string Base)
{
    /// <summary>The kind of mask that the attribute names; null for the default.</summary>
    public LibraryEnum? Mask { get; init; }

    /// <summary>How the attribute distributes the density over layers; null for the default.</summary>
    public LibraryEnum? Distribution { get; init; }

    /// <summary>The method that changes the mask during training; null for the default.</summary>
    public LibraryEnum? Method { get; init; }

    /// <summary>How the attribute stores the weights; null for the default.</summary>
    public LibraryEnum? Storage { get; init; }

    /// <summary>Whether the density is distributed over layers of every role and not only over hidden ones.</summary>
    public bool CoversAll => Distribution?.Member == "ErdosRenyiAll";

    /// <summary>The density with the other arguments of its attribute, for the emitter.</summary>
    public SparsityModel Sparsity => new(Emitted, Mask, Distribution, Method, Storage);

    /// <summary>The mask that the attribute names, and where; null for the default.</summary>
    public (Mask Kind, Location Place)? Pattern { get; init; }

    /// <summary>The method that changes the mask, and where the attribute names it; null if the mask is static.</summary>
    public (SparsityMethod By, Location Place)? Moves { get; init; }

    /// <summary>ρ, and the method that changes the mask if there is one.</summary>
    public string InWords => Value != "1" && Moves is var (method, _) ? $"{Value}, its mask moves by {method}" : Value;

    /// <summary>m_ρ as text; null where it is 1.</summary>
    public string? Multiplier => Value == Base ? null
        : Base == "1" ? Formula.Atom(Value)
        : $"{Formula.Atom(Value)}/{Formula.Atom(Base)}";
}
