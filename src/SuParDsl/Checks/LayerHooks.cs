using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Shows what leaves each layer of a model with one input and one output, until it is disposed.</summary>
internal sealed class LayerHooks : IDisposable
{
    private readonly List<Action> removers = [];

    /// <param name="model">The model.</param>
    /// <param name="see">Is told of every activation, with the layer's full name, in the order in which the layers run.</param>
    public LayerHooks(Model model, Action<string, Tensor> see)
    {
        foreach (var (name, module) in model.named_modules().Append((string.Empty, model)))
        {
            // An embedding's readout is no child module, yet its logits are what a check is most about.
            if (module is Embedding table)
            {
                Watch(name + "." + nameof(Embedding.Unembed), table.Unembed, see);
            }

            // What leaves a dropout layer here is what enters it.
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
            // In a chain its hooks would not be called.
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
