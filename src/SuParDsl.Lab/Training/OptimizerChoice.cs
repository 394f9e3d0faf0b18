using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Training;

/// <summary>An optimizer over a model's parameter groups.</summary>
public enum OptimizerChoice
{
    /// <summary>AdamW.</summary>
    AdamW,

    /// <summary>Adam, with the weight decay added to the gradient.</summary>
    Adam,

    /// <summary>Gradient descent without momentum.</summary>
    Sgd,

    /// <summary>Lion.</summary>
    Lion,

    /// <summary>
    /// Muon for hidden matrices at the learning rate, and AdamW for the rest at a tenth of it. Experimental if the matrices are
    /// sparse.
    /// </summary>
    Muon,
}

/// <summary>Creates the optimizer that training options select.</summary>
internal static class OptimizerChoices
{
    private const double MuonToAdam = 0.1;

    /// <summary>A learning rate at which a small model trains stably, for coordinate checks.</summary>
    public static double CheckLr(this OptimizerChoice choice) => choice switch
    {
        OptimizerChoice.Sgd => 1.0 / 16,
        OptimizerChoice.Lion => 1.0 / 4096,
        OptimizerChoice.Muon => 1.0 / 256,
        _ => 1.0 / 1024,
    };

    /// <summary>The name of the model's method that creates this optimizer.</summary>
    public static string Method(this OptimizerChoice choice) =>
        choice == OptimizerChoice.Muon ? nameof(ModelOptimizers.MuonWithAdamW) : choice.ToString();

    /// <summary>The default decay of the second moment. Lion's is its paper's; the others' is nanoGPT's.</summary>
    public static double DefaultBeta2(this OptimizerChoice choice) => choice == OptimizerChoice.Lion ? 0.99 : 0.95;

    /// <summary>
    /// A model's multipliers for the optimizer's family and the weight-decay mode; for Muon, those of its AdamW part.
    /// </summary>
    public static MuTable TableOf(TrainingOptions options, IModel model) =>
        model.Table(options.Optimizer == OptimizerChoice.Sgd ? OptimizerFamily.Sgd : OptimizerFamily.Adam)
            .With(options.WeightDecayCoupling);

    /// <summary>Creates the optimizer over a model's own parameter groups.</summary>
    public static MuOptimizer For(TrainingOptions options, IModel model)
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
