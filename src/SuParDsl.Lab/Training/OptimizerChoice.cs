namespace SuParDsl.Lab.Training;

/// <summary>An optimizer over a model's groups.</summary>
public enum OptimizerChoice
{
    /// <summary>AdamW.</summary>
    AdamW,

    /// <summary>Adam, with the decay in the gradient.</summary>
    Adam,

    /// <summary>Gradient descent without momentum.</summary>
    Sgd,

    /// <summary>Lion.</summary>
    Lion,

    /// <summary>Muon for hidden matrices at the learning rate, AdamW for the rest at a tenth of it; an experiment where they are sparse.</summary>
    Muon,
}

/// <summary>Makes the optimizer that training options ask for.</summary>
internal static class OptimizerChoices
{
    private const double MuonToAdam = 0.1;

    /// <summary>A learning rate that a small model stands, for checks.</summary>
    public static double CheckLr(this OptimizerChoice choice) => choice switch
    {
        OptimizerChoice.Sgd => 1.0 / 16,
        OptimizerChoice.Lion => 1.0 / 4096,
        OptimizerChoice.Muon => 1.0 / 256,
        _ => 1.0 / 1024,
    };

    /// <summary>What a model calls its own optimizer.</summary>
    public static string Method(this OptimizerChoice choice) =>
        choice == OptimizerChoice.Muon ? nameof(ModelOptimizers.MuonWithAdamW) : choice.ToString();

    /// <summary>The decay of the second moment where none is given: Lion's is its paper's, the others' nanoGPT's.</summary>
    public static double DefaultBeta2(this OptimizerChoice choice) => choice == OptimizerChoice.Lion ? 0.99 : 0.95;

    /// <summary>A model's multipliers under the optimizer's family and the weight-decay mode; under Muon those of its AdamW.</summary>
    public static MuTable TableOf(TrainingOptions options, Model model) =>
        model.Table(options.Optimizer == OptimizerChoice.Sgd ? OptimizerFamily.Sgd : OptimizerFamily.Adam).With(options.WeightDecayCoupling);

    /// <summary>The optimizer over a model's own groups.</summary>
    public static MuOptimizer For(TrainingOptions options, Model model)
    {
        var (lr, decay, mode) = (options.LearningRate, options.WeightDecay, options.WeightDecayCoupling);
        return options.Optimizer switch
        {
            OptimizerChoice.AdamW => model.AdamW(lr, options.Beta1, options.Beta2, weightDecay: decay, coupling: mode),
            OptimizerChoice.Adam => model.Adam(lr, options.Beta1, options.Beta2, weightDecay: decay, coupling: mode),
            OptimizerChoice.Sgd => model.Sgd(lr, weightDecay: decay, coupling: mode),
            OptimizerChoice.Lion => model.Lion(lr, options.Beta1, options.Beta2, weightDecay: decay, coupling: mode),
            OptimizerChoice.Muon => model.MuonWithAdamW(
                lr, MuonToAdam * lr, beta1: options.Beta1, beta2: options.Beta2, weightDecay: decay, coupling: mode, sparse: true,
                shape: options.MuonShape, convolutions: options.MuonConvolutions),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Optimizer, "is not an optimizer"),
        };
    }
}
