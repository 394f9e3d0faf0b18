using static TorchSharp.torch;

namespace SuParDsl.Checks;

/// <summary>Observes the output of every layer of a model that has one input and one output, until it is disposed.</summary>
internal sealed class LayerHooks : IDisposable
{
    private readonly List<Action> removers = [];

    /// <param name="model">The model.</param>
    /// <param name="see">Called with each layer's full name and output, in the order in which the layers run.</param>
    public LayerHooks(Model model, Action<string, Tensor> see)
    {
        foreach (var (name, module) in model.named_modules().Append((string.Empty, model)))
        {
            // An embedding's tied readout is not a child module, but its logits are the most important activations to check.
            if (module is Embedding table)
            {
                Watch(name + "." + nameof(Embedding.Unembed), table.Unembed, see);
            }

            // Skip dropout: without training mode its output is its input.
            if (module is nn.Module<Tensor, Tensor> layer and not Dropout)
            {
                Watch(name.Length == 0 ? "output" : name, layer, see);
            }
        }
    }

    public void Dispose() => removers.ForEach(static remove => remove());

    private void Watch(string name, nn.Module<Tensor, Tensor> layer, Action<string, Tensor> see)
    {
        if (layer is Linear { Chains: true } linear)
        {
            // A layer in a chain does not call its hooks.
            linear.Chains = false;
            removers.Add(() => linear.Chains = true);
        }

        removers.Add(layer.register_forward_hook((_, _, output) =>
        {
            see(name, output);
            return output;
        }).remove);
    }
}
