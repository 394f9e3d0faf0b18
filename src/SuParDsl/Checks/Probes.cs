using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Records the mean |activation| that leaves each layer of a model, by hooks: a model without probes pays nothing.</summary>
internal sealed class Probes : IDisposable
{
    private readonly List<Action> removers = [];
    private readonly Dictionary<string, double> values = [];

    public Probes(Model model)
    {
        foreach (var (name, module) in model.named_modules().Append((string.Empty, model)))
        {
            // An embedding's readout is no child module, yet its logits are what a check is most about.
            if (module is Embedding table)
            {
                Watch(name + "." + nameof(Embedding.Unembed), table.Unembed);
            }

            if (module is nn.Module<Tensor, Tensor> layer)
            {
                Watch(name.Length == 0 ? "output" : name, layer);
            }
        }
    }

    /// <summary>The values of the last forward pass, by the layer's full name.</summary>
    public IReadOnlyDictionary<string, double> Values => values;

    public void Dispose() => removers.ForEach(static remove => remove());

    private void Watch(string name, nn.Module<Tensor, Tensor> layer)
    {
        if (layer is Linear { Chains: true } linear)
        {
            // In a chain its hooks would not be called.
            linear.Chains = false;
            removers.Add(() => linear.Chains = true);
        }

        var remover = layer.register_forward_hook((_, _, output) =>
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            values[name] = output.detach().abs().mean().ToDouble();
            return output;
        });
        removers.Add(remover.remove);
    }
}
