namespace SuParDsl.Lab.Sizes;

/// <summary>The names of sparsity methods in the papers.</summary>
internal static class MethodNames
{
    /// <summary>A method's display name.</summary>
    public static string Of(SparsityMethod method) => method switch
    {
        SparsityMethod.Static => "static",
        SparsityMethod.Set => "SET",
        SparsityMethod.RigL => "RigL",
        SparsityMethod.Gmp => "GMP",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "is not a method"),
    };
}

/// <summary>The names of parameterization rules in the papers.</summary>
internal static class RuleNames
{
    /// <summary>A rule's display name.</summary>
    public static string Of(Rule rule) => rule switch
    {
        Rule.Standard => "SP",
        Rule.MuP => "µP",
        Rule.SuPar => "SµPar",
        Rule.SuParInitOnly => "SµPar init only",
        Rule.SuParLrOnly => "SµPar LR only",
        Rule.SuParFinal => "SµPar, final ρ",
        Rule.Measured => "measured",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "is not a rule"),
    };
}
