using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Measures q: the share of a full step's effect on a layer's output that its mask lets through. With X the layer's input, G its
/// dense gradient and M its mask, q = rms(X·(sign(G) ⊙ M)ᵀ)/rms(X·sign(G)ᵀ). For a random mask and a step aligned with X it is the
/// density, which is why SµPar is its special case (docs/measured-rule.md).
/// </summary>
internal sealed class UpdateShare : IDisposable
{
    // The mean over so many of a batch's vectors, or images, is steady enough: the whole batch is in G.
    private const int MostVectors = 256, MostImages = 8;

    private readonly Dictionary<string, (nn.Module<Tensor, Tensor> Layer, Parameter Weight)> layers = [];
    private readonly Dictionary<string, Tensor> inputs = [];
    private readonly List<Action> removers = [];

    /// <summary>Notes what enters the sparse layers of a model, until it is disposed.</summary>
    public UpdateShare(Model model)
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
                    Note(name, layer is Linear ? input.detach().reshape(-1, input.shape[^1]) : input.detach(), layer is Linear ? MostVectors : MostImages);
                    return input;
                }).remove);
            }
        }
    }

    /// <summary>Measures every layer that a gradient has reached.</summary>
    /// <param name="masks">The masks in force.</param>
    public Dictionary<string, double> Measure(IReadOnlyDictionary<string, WeightMask> masks)
    {
        using var frozen = no_grad();
        Dictionary<string, double> shares = [];
        foreach (var (name, (layer, weight)) in layers)
        {
            using var scope = NewDisposeScope();
            if (weight.grad is { } gradient && inputs.TryGetValue(name, out var input) && Of(layer, weight, input, gradient.sign(), masks[name]) is { } share)
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

        // The layer is linear in its weight, so that a step's effect is the step in place of the weight.
        double Effect(Tensor direction)
        {
            weight.copy_(direction);
            var effect = (layer.forward(input) - bias).to_type(ScalarType.Float32);
            return (effect * effect).mean().sqrt().ToDouble();
        }
    }

    // The last micro-batch's, detached from the graph and from every scope.
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
