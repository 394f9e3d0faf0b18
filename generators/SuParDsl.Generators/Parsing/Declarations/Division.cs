using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>
/// A division that must leave no remainder. It is checked at compile time if its base value is known, and at run time
/// otherwise.
/// </summary>
/// <param name="Size">The dividend.</param>
/// <param name="Divisor">The divisor.</param>
/// <param name="SizeText">The dividend as C# over the parameters; null if it cannot be written so.</param>
/// <param name="DivisorText">The divisor as C# over the parameters; null if it cannot be written so.</param>
/// <param name="Where">The expression that divides, as the user wrote it.</param>
/// <param name="Id">The diagnostic of a remainder: SUP105 for head counts, SUP106 for head sizes, SUP107 for other
/// divisions.</param>
/// <param name="Location">The place of the divisor.</param>
/// <param name="IsInherited">Whether it belongs to a block, which checks it itself.</param>
internal sealed record Division(
    Polynomial Size, Polynomial Divisor, string? SizeText, string? DivisorText, string Where, string Id, Location Location,
    bool IsInherited = false);
