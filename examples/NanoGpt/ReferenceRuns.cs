using SuParDsl.Lab;
using SuParDsl.Lab.Replay;

namespace NanoGpt;

/// <summary>Maps runs of the published implementation of SµPar, which uses GPT-2's names, to <see cref="Gpt"/>.</summary>
internal static class ReferenceRuns
{
    private static readonly (string Theirs, string Ours)[] Parts =
    [
        ("transformer.wte.", "Tok."),
        ("transformer.wpe.", "Pos."),
        ("transformer.ln_f.", "Final."),
        ("transformer.h.", "Blocks."),
        (".ln_1.", ".Norm1."),
        (".attn.c_attn.", ".Attn.Qkv."),
        (".attn.c_proj.", ".Attn.Proj."),
        (".ln_2.", ".Norm2."),
        (".mlp.c_fc.", ".Mlp.Up."),
        (".mlp.c_proj.", ".Mlp.Down."),
    ];

    public static ReferenceMapping<Gpt.Size> Mapping { get; } = new(Gpt.Base.Width, Size, Name, ReferenceName);

    private static string Name(string theirs) =>
        Parts.Aggregate(theirs, static (name, part) => name.Replace(part.Theirs, part.Ours));

    private static string ReferenceName(string ours) =>
        Parts.Aggregate(ours, static (name, part) => name.Replace(part.Ours, part.Theirs));

    private static Gpt.Size Size(ReferenceConfig run)
    {
        if (run is not { Activation: "gelu", NormEps: 1e-5, Tied: true, Heads: > 0 } || run.Width % run.Heads != 0)
        {
            throw new UserException(
                $"the reference run has activation {run.Activation}, norm ε {run.NormEps}, tied readout {run.Tied}, {run.Heads} "
                + $"heads of width {run.Width}: this model has gelu, 1E-05, True and heads that divide the width");
        }

        // The two forward multipliers belong to µP and SµPar. The reference's SP does not have them.
        var isStandard = run.Rule == Rule.Standard;
        return new()
        {
            Width = run.Width,
            Layers = run.Layers,
            Vocab = run.Vocab,
            Context = run.Context,
            HeadDim = run.Width / run.Heads,
            Density = run.Density,
            Bias = run.Bias,
            Sigma = run.InitStd,
            AlphaIn = isStandard ? 1 : run.AlphaInput,
            AlphaOut = isStandard ? 1 : run.AlphaOutput,
            Rule = run.Rule,
        };
    }
}
