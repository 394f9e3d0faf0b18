namespace SuParDsl.Lab.Sizes;

/// <summary>Methods as the papers call them.</summary>
internal static class MethodNames
{
    /// <summary>A method's name for people.</summary>
    public static string Of(SparsityMethod method) => method switch
    {
        SparsityMethod.Static => "static",
        SparsityMethod.Set => "SET",
        SparsityMethod.RigL => "RigL",
        SparsityMethod.Gmp => "GMP",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "is not a method"),
    };
}

/// <summary>Rules as the papers call them.</summary>
internal static class RuleNames
{
    /// <summary>A rule's name for people.</summary>
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
