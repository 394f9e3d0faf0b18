using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Records, by hooks, what leaves each layer of a model when a fixed batch passes through it: mean |activation| and its
/// change since the first pass. Other passes are left alone, and a model without probes pays nothing.
/// </summary>
internal sealed class Probes : IDisposable
{
    private readonly Model model;
    private readonly Tensor inputs;
    private readonly Dropout[] dropouts;
    private readonly List<Action> removers = [];
    private readonly Dictionary<string, Tensor> first = [];
    private readonly Dictionary<string, (double Value, double Change)> values = [];
    private bool isMeasuring;

    /// <param name="model">The model.</param>
    /// <param name="inputs">The batch that every measurement passes through it.</param>
    public Probes(Model model, Tensor inputs)
    {
        (this.model, this.inputs) = (model, inputs.alias().DetachFromDisposeScope());
        dropouts = [.. model.modules().OfType<Dropout>()];
        foreach (var (name, layer) in Layers(model))
        {
            removers.Add(Hook(layer, output =>
            {
                if (isMeasuring)
                {
                    Record(name, output);
                }
            }));
        }
    }

    /// <summary>The layers with one input and one output, by full name.</summary>
    internal static IEnumerable<(string Name, nn.Module<Tensor, Tensor> Layer)> Layers(Model model)
    {
        foreach (var (name, module) in model.named_modules().Append((string.Empty, model)))
        {
            // An embedding's readout is no child module, yet its logits are what a check is most about.
            if (module is Embedding table)
            {
                yield return (name + "." + nameof(Embedding.Unembed), table.Unembed);
            }

            // What leaves a dropout layer here is what enters it.
            if (module is nn.Module<Tensor, Tensor> layer and not Dropout)
            {
                yield return (name.Length == 0 ? "output" : name, layer);
            }
        }
    }

    /// <summary>Has a layer show what leaves it; the result undoes that.</summary>
    internal static Action Hook(nn.Module<Tensor, Tensor> layer, Action<Tensor> see)
    {
        // In a chain its hooks would not be called.
        var chain = layer is Linear { Chains: true } linear ? linear : null;
        chain?.Chains = false;
        var remover = layer.register_forward_hook((_, _, output) =>
        {
            see(output);
            return output;
        });
        return () =>
        {
            remover.remove();
            chain?.Chains = true;
        };
    }

    /// <summary>Passes the batch through the model, without gradients and dropout, and measures each layer by its full name.</summary>
    public IReadOnlyDictionary<string, (double Value, double Change)> Measure()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var active = dropouts.Where(static dropout => dropout.training).ToArray();
        Array.ForEach(active, static dropout => dropout.eval());
        isMeasuring = true;
        values.Clear();
        model.call(inputs);
        isMeasuring = false;
        Array.ForEach(active, static dropout => dropout.train());
        return values;
    }

    public void Dispose()
    {
        removers.ForEach(static remove => remove());
        inputs.Dispose();
        foreach (var tensor in first.Values)
        {
            tensor.Dispose();
        }
    }

    private void Record(string name, Tensor output)
    {
        using var scope = NewDisposeScope();
        if (first.TryGetValue(name, out var before))
        {
            values[name] = (output.abs().mean().ToDouble(), (output - before).abs().mean().ToDouble());
            return;
        }

        first[name] = output.detach().clone().DetachFromDisposeScope();
        values[name] = (output.abs().mean().ToDouble(), 0);
    }
}
