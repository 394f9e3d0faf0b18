using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Sparsity;

/// <summary>
/// Measures q, the fraction of a full step's effect on a layer's output that the mask lets through. With the layer's input X, its
/// dense gradient G and its mask M, q = rms(X·(sign(G) ⊙ M)ᵀ)/rms(X·sign(G)ᵀ). For a random mask and a step aligned with X, q is
/// the density, so SµPar is the special case (docs/measured-rule.md).
/// </summary>
internal sealed class UpdateShare : IDisposable
{
    // A mean over this many of a batch's vectors or images is precise enough, because G is already over the entire batch.
    private const int MostVectors = 256, MostImages = 8;

    private readonly Dictionary<string, (nn.Module<Tensor, Tensor> Layer, Parameter Weight)> layers = [];
    private readonly Dictionary<string, Tensor> inputs = [];
    private readonly List<Action> removers = [];

    /// <summary>Records the inputs of a model's sparse layers until it is disposed.</summary>
    public UpdateShare(IModel model)
    {
        foreach (var (path, module) in model.named_modules())
        {
            var weight = module switch
            {
                Linear linear => linear.weight,
                Conv2d convolution => convolution.weight,
                ConvTranspose2d convolution => convolution.weight,
                _ => null,
            };
            var name = path + ".weight";
            if (weight is not null && model.Masks.ContainsKey(name) && module is nn.Module<Tensor, Tensor> layer)
            {
                layers.Add(name, (layer, weight));
                removers.Add(layer.register_forward_pre_hook((_, input) =>
                {
                    Note(
                        name,
                        layer is Linear ? input.detach().reshape(-1, input.shape[^1]) : input.detach(),
                        layer is Linear ? MostVectors : MostImages);
                    return input;
                }).remove);
            }
        }
    }

    /// <summary>Measures every layer that has a gradient.</summary>
    /// <param name="masks">The current masks.</param>
    public Dictionary<string, double> Measure(IReadOnlyDictionary<string, WeightMask> masks)
    {
        using var frozen = no_grad();
        Dictionary<string, double> shares = [];
        foreach (var (name, (layer, weight)) in layers)
        {
            using var scope = NewDisposeScope();
            if (weight.grad is { } gradient
                && inputs.TryGetValue(name, out var input)
                && Of(layer, weight, input, gradient.sign(), masks[name]) is { } share)
            {
                shares[name] = share;
            }
        }

        return shares;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        removers.ForEach(static remove => remove());
        foreach (var input in inputs.Values)
        {
            input.Dispose();
        }
    }

    private static double? Of(nn.Module<Tensor, Tensor> layer, Parameter weight, Tensor input, Tensor step, WeightMask mask)
    {
        var own = weight.clone();
        weight.zero_();
        var bias = layer.forward(input);
        var whole = Effect(step);
        var kept = Effect(step * mask.ToTensor(step.dtype, step.device));
        weight.copy_(own);
        return whole > 0 && kept > 0 ? (float)Math.Min(1, kept / whole) : null;

        // The layer is linear in its weight, so its output with the step as the weight is the effect of the step.
        double Effect(Tensor direction)
        {
            weight.copy_(direction);
            var effect = (layer.forward(input) - bias).to_type(ScalarType.Float32);
            return (effect * effect).mean().sqrt().ToDouble();
        }
    }

    // Keep the input of the last micro-batch, detached from the graph and from all dispose scopes.
    private void Note(string name, Tensor input, long most)
    {
        if (inputs.Remove(name, out var earlier))
        {
            earlier.Dispose();
        }

        using var part = input.narrow(0, 0, Math.Min(input.shape[0], most));
        inputs[name] = part.clone().DetachFromDisposeScope();
    }
}
