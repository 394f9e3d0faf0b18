using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>A density: as C# for <c>Declare</c>, and as two formulas for the table.</summary>
/// <param name="Code">A <c>TensorDensity</c>, or what converts to one.</param>
/// <param name="Value">ρ.</param>
/// <param name="Base">ρ₀.</param>
internal sealed record DensityArgument(string Code, string Value, string Base)
{
    /// <summary>The member of <c>Mask</c> that the attribute names; null for the default.</summary>
    public string? Mask { get; init; }

    /// <summary>The member of <c>Distribution</c> that the attribute names; null for the default.</summary>
    public string? Distribution { get; init; }

    /// <summary>The member of <c>SparsityMethod</c> that the attribute names; null for the default.</summary>
    public string? Method { get; init; }

    /// <summary>The member of <c>Storage</c> that the attribute names; null for the default.</summary>
    public string? Storage { get; init; }

    /// <summary>Whether the density is distributed over layers of every role and not only over hidden ones.</summary>
    public bool CoversAll => Distribution?.EndsWith(".ErdosRenyiAll", StringComparison.Ordinal) == true;

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
