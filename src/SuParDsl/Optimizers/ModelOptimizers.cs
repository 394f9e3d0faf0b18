using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamWGroup = TorchSharp.Modules.AdamW.ParamGroup;
using SgdGroup = TorchSharp.Modules.SGD.ParamGroup;

namespace SuParDsl;

/// <summary>Optimizers over a model's own groups, each with the multipliers of its family.</summary>
public static class ModelOptimizers
{
    extension(Model model)
    {
        /// <summary>AdamW with the rule's learning-rate, decay and ε multipliers.</summary>
        /// <param name="lr">The base learning rate η.</param>
        /// <param name="beta1">The decay of the first moment.</param>
        /// <param name="beta2">The decay of the second moment.</param>
        /// <param name="eps">The base ε.</param>
        /// <param name="weightDecay">The base λ, for matrices.</param>
        /// <param name="decay">How λ follows a tensor's learning-rate multiplier.</param>
        public MuOptimizer AdamW(
            double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0, WeightDecay decay = WeightDecay.Coupled)
        {
            var groups = MuGroup.Of(model.Table(OptimizerFamily.Adam), decay);
            var parameters = model.ParametersByName();
            AdamWGroup[] typed =
            [
                .. groups.Select(group => new AdamWGroup(
                    Parameters(parameters, group), lr * group.LearningRate, beta1, beta2, eps * group.Epsilon, weightDecay * group.Decay)),
            ];
            return new(optim.AdamW(typed, lr, beta1, beta2, eps, weightDecay), typed, groups, model, lr);
        }

        /// <summary>SGD with the rule's learning-rate multipliers.</summary>
        /// <param name="lr">The base learning rate η.</param>
        /// <param name="momentum">The momentum, 0 for none.</param>
        /// <param name="dampening">The dampening of the momentum.</param>
        /// <param name="weightDecay">The base λ, for matrices.</param>
        /// <param name="nesterov">Whether the momentum is Nesterov's.</param>
        /// <param name="decay">How λ follows a tensor's learning-rate multiplier.</param>
        public MuOptimizer Sgd(
            double lr, double momentum = 0, double dampening = 0, double weightDecay = 0, bool nesterov = false,
            WeightDecay decay = WeightDecay.Coupled)
        {
            var groups = MuGroup.Of(model.Table(OptimizerFamily.Sgd), decay);
            var parameters = model.ParametersByName();
            SgdGroup[] typed =
            [
                .. groups.Select(group => new SgdGroup(
                    Parameters(parameters, group), lr * group.LearningRate, momentum, dampening, weightDecay * group.Decay, nesterov)),
            ];
            return new(optim.SGD(typed, lr, momentum, dampening, weightDecay, nesterov), typed, groups, model, lr);
        }
    }

    // An array: TorchSharp enumerates a group's parameters again at every step.
    private static Parameter[] Parameters(Dictionary<string, Parameter> byName, MuGroup group) => [.. group.Names.Select(name => byName[name])];
}
