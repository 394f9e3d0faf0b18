namespace SuParDsl.Generators.Model;

/// <summary>A size that <c>Declare</c> passes on with its base, as an expression over the parameters of <c>Declare</c>.</summary>
internal abstract record ExtentModel
{
    /// <summary>A parameter of <c>Declare</c>.</summary>
    public sealed record Parameter(string Identifier) : ExtentModel;

    /// <summary>A number.</summary>
    public sealed record Constant(long Value) : ExtentModel;

    /// <summary>Arithmetic that extents do themselves, once for the size and once for its base.</summary>
    public sealed record Arithmetic(ExtentModel Left, string Operator, ExtentModel Right) : ExtentModel;

    /// <summary>An expression in parentheses.</summary>
    public sealed record Group(ExtentModel Inner) : ExtentModel;

    /// <summary>An expression that extents cannot compute, such as a call of a method of the user's.</summary>
    /// <param name="Value">The expression over the values of the parameters, as C#.</param>
    /// <param name="Base">The same over their bases.</param>
    /// <param name="Scaling">The parameters that it reads; it scales if one of them does.</param>
    public sealed record Computed(string Value, string Base, EquatableArray<string> Scaling) : ExtentModel;

    /// <summary>A formula of a <c>[Contract]</c> over the parameters of the layer's constructor.</summary>
    /// <param name="Text">The formula, as the contract states it.</param>
    /// <param name="Arguments">The sizes that its names stand for.</param>
    public sealed record Formula(string Text, EquatableArray<FormulaArgument> Arguments) : ExtentModel;
}

/// <summary>The size that a name of a formula stands for.</summary>
internal sealed record FormulaArgument(string Name, ExtentModel Extent);
