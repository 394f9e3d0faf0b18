using static TorchSharp.torch;

namespace SuParDsl.Checks;

/// <summary>
/// Observes what a model returns, and the output of every layer of it that returns one tensor, until it is disposed.
/// </summary>
internal sealed class LayerHooks : IDisposable
{
    private readonly List<Action> removers = [];

    /// <param name="model">The model.</param>
    /// <param name="see">
    /// Called with each layer's full name and output, in the order in which the layers run. The model's own output is
    /// <c>output</c>; the parts of a tuple are <c>output[0]</c>, <c>output[1]</c> and so on.
    /// </param>
    public LayerHooks(IModel model, Action<string, Tensor> see)
    {
        foreach (var (name, module) in model.named_modules().Where(named => !ReferenceEquals(named.module, model)))
        {
            // An embedding's tied readout is not a child module, but its logits are the most important activations to check.
            if (module is Embedding table)
            {
                Watch(name + "." + nameof(Embedding.Unembed), table.Unembed, see);
            }

            // Skip dropout: without training mode its output is its input.
            if (module is not Dropout)
            {
                Watch(name, module, see);
            }
        }

        removers.Add(((IModelInternals)model).Watch(outputs =>
        {
            foreach (var (index, output) in outputs.Index())
            {
                see(outputs.Length == 1 ? "output" : $"output[{index}]", output);
            }
        }));
    }

    public void Dispose() => removers.ForEach(static remove => remove());

    private void Watch(string name, nn.Module module, Action<string, Tensor> see)
    {
        if (module is Linear { Chains: true } linear)
        {
            // A layer in a chain does not call its hooks.
            linear.Chains = false;
            removers.Add(() => linear.Chains = true);
        }

        Action? remove = module switch
        {
            nn.Module<Tensor, Tensor> layer => layer.register_forward_hook((_, _, output) => Seen(output)).remove,
            nn.Module<Tensor, Tensor, Tensor> layer => layer.register_forward_hook((_, _, _, output) => Seen(output)).remove,
            nn.Module<Tensor, Tensor, Tensor, Tensor> layer =>
                layer.register_forward_hook((_, _, _, _, output) => Seen(output)).remove,
            nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor> layer =>
                layer.register_forward_hook((_, _, _, _, _, output) => Seen(output)).remove,
            _ => null,
        };
        if (remove is not null)
        {
            removers.Add(remove);
        }

        Tensor Seen(Tensor output)
        {
            see(name, output);
            return output;
        }
    }
}
