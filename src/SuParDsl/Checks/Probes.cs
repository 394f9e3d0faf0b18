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
    private readonly LayerHooks hooks;
    private readonly Dictionary<string, Tensor> first = [];
    private readonly Dictionary<string, (double Value, double Change)> values = [];
    private bool isMeasuring;

    /// <param name="model">The model.</param>
    /// <param name="inputs">The batch that every measurement passes through it.</param>
    public Probes(Model model, Tensor inputs)
    {
        (this.model, this.inputs) = (model, inputs.alias().DetachFromDisposeScope());
        dropouts = [.. model.modules().OfType<Dropout>()];
        hooks = new(model, (name, output) =>
        {
            if (isMeasuring)
            {
                Record(name, output);
            }
        });
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
        hooks.Dispose();
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
