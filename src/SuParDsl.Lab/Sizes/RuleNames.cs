namespace SuParDsl.Lab.Sizes;

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
        Rule.Measured => "measured",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "is not a rule"),
    };
}
