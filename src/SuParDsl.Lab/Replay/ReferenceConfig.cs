namespace SuParDsl.Lab.Replay;

/// <summary>The configuration of a reference run, as recorded in its <c>trace.json</c>.</summary>
/// <param name="Parameterization">sp, mup or supar.</param>
/// <param name="Density">The fraction of hidden weights that is kept.</param>
/// <param name="Width">The width d.</param>
/// <param name="BaseWidth">The base width d₀.</param>
/// <param name="Layers">The number of blocks.</param>
/// <param name="Heads">The number of attention heads.</param>
/// <param name="Context">The length of a window.</param>
/// <param name="Batch">The number of windows in a step.</param>
/// <param name="Vocab">The number of tokens.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="Lr">The base learning rate.</param>
/// <param name="WeightDecay">The weight decay.</param>
/// <param name="GradClip">The largest global gradient norm; 0 for no bound.</param>
/// <param name="Bias">Whether layers have biases.</param>
/// <param name="AlphaInput">α_in.</param>
/// <param name="AlphaOutput">α_out.</param>
/// <param name="InitStd">The base initial standard deviation.</param>
/// <param name="Beta1">The decay of AdamW's first moment.</param>
/// <param name="Beta2">The decay of AdamW's second moment.</param>
/// <param name="Eps">AdamW's ε.</param>
/// <param name="Activation">The activation between the feed-forward layers.</param>
/// <param name="NormEps">The ε of the norms.</param>
/// <param name="Tied">Whether the readout is the token embedding.</param>
public sealed record ReferenceConfig(
    string Parameterization, double Density, int Width, int BaseWidth, int Layers, int Heads, int Context, int Batch, int Vocab,
    int Steps, double Lr, double WeightDecay, double GradClip, bool Bias, double AlphaInput, double AlphaOutput, double InitStd,
    double Beta1, double Beta2, double Eps, string Activation, double NormEps, bool Tied)
{
    /// <summary>The rule that the parameterization names.</summary>
    /// <exception cref="UserException">The parameterization is unknown.</exception>
    public Rule Rule => Parameterization switch
    {
        "sp" => Rule.Standard,
        "mup" => Rule.MuP,
        "supar" => Rule.SuPar,
        _ => throw new UserException(
            $"the parameterization of the reference run is '{Parameterization}': it must be sp, mup or supar"),
    };
}

/// <summary>One step of a reference run.</summary>
/// <param name="Step">Its number, from 0.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="GradNorm">Its global gradient norm before clipping.</param>
public sealed record ReferenceStep(int Step, double Loss, double GradNorm);

/// <summary>A reference run's <c>trace.json</c>.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Trace">Its steps.</param>
/// <param name="LrScale">The learning-rate multipliers of its groups.</param>
internal sealed record ReferenceTrace(ReferenceConfig Config, IReadOnlyList<ReferenceStep> Trace, IReadOnlyList<double> LrScale)
{
    /// <summary>Verifies that every number is within its range.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <exception cref="UserException">A number is not; the message names the first.</exception>
    public void Check(string path)
    {
        (string Name, double Value, bool IsGood, string Range)[] numbers =
        [
            ("density", Config.Density, Config.Density is > 0 and <= 1, "in (0, 1]"),
            .. Sizes().Select(static size => (size.Name, (double)size.Value, size.Value >= 1, "at least 1")),
            ("lr", Config.Lr, Config.Lr >= 0, "at least 0"),
            ("weight_decay", Config.WeightDecay, Config.WeightDecay >= 0, "at least 0"),
            ("grad_clip", Config.GradClip, Config.GradClip >= 0, "at least 0"),
            ("init_std", Config.InitStd, Config.InitStd > 0, "above 0"),
            ("beta1", Config.Beta1, Config.Beta1 is >= 0 and < 1, "in [0, 1)"),
            ("beta2", Config.Beta2, Config.Beta2 is >= 0 and < 1, "in [0, 1)"),
            ("eps", Config.Eps, Config.Eps >= 0, "at least 0"),
            ("the number of steps in the trace", Trace.Count, Trace.Count == Config.Steps, $"{Config.Steps}, as steps says"),
        ];
        if (Array.Find(numbers, static number => !number.IsGood) is { Name: not null } bad)
        {
            throw new UserException(FormattableString.Invariant($"{path}: {bad.Name} is {bad.Value}: it must be {bad.Range}"));
        }

        _ = Config.Rule;
    }

    private (string Name, int Value)[] Sizes() =>
    [
        ("width", Config.Width), ("base_width", Config.BaseWidth), ("layers", Config.Layers), ("heads", Config.Heads),
        ("context", Config.Context), ("batch", Config.Batch), ("vocab", Config.Vocab), ("steps", Config.Steps),
    ];
}
