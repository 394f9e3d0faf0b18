using static TorchSharp.torch;

namespace SuParDsl.Checks;

/// <summary>
/// Measures the output of each layer of a model on a fixed batch with hooks: mean |activation|, and its change since the first
/// measurement. Other forward passes are not recorded, and a model without probes has no overhead.
/// </summary>
internal sealed class Probes : IDisposable
{
    private readonly Action forward;
    private readonly IModel model;
    private readonly Dropout[] dropouts;
    private readonly LayerHooks hooks;
    private readonly Dictionary<(string Name, int Call), Tensor> first = [];
    private readonly Dictionary<string, List<(double Value, double Change)>> calls = [];
    private bool isMeasuring;

    /// <param name="model">The model.</param>
    /// <param name="forward">Runs the model on the batch that every measurement uses.</param>
    public Probes(IModel model, Action forward)
    {
        (this.model, this.forward) = (model, forward);
        dropouts = [.. model.modules().OfType<Dropout>()];
        hooks = new(model, (name, output) =>
        {
            if (isMeasuring)
            {
                Record(name, output);
            }
        });
    }

    /// <summary>
    /// Runs the model on the batch, without gradients and dropout, and returns the measurements by the layers' full names. Those
    /// of a layer that runs more than once, such as one that two towers share, are means over its calls.
    /// </summary>
    public IReadOnlyDictionary<string, (double Value, double Change)> Measure()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var active = dropouts.Where(static dropout => dropout.training).ToArray();
        Array.ForEach(active, static dropout => dropout.eval());
        calls.Clear();
        RunAll(true);
        isMeasuring = true;
        try
        {
            forward();
        }
        finally
        {
            isMeasuring = false;
            RunAll(false);
            Array.ForEach(active, static dropout => dropout.train());
        }

        return calls.ToDictionary(
            static layer => layer.Key,
            static layer => (layer.Value.Average(static call => call.Value), layer.Value.Average(static call => call.Change)));
    }

    public void Dispose()
    {
        hooks.Dispose();
        foreach (var tensor in first.Values)
        {
            tensor.Dispose();
        }
    }

    // Which positions an expert sees changes with the weights, so that its outputs could not be compared.
    private void RunAll(bool all)
    {
        foreach (var layer in model.Core.RoutedLayers)
        {
            layer.RunsAll = all;
        }
    }

    private void Record(string name, Tensor output)
    {
        if (!output.is_floating_point())
        {
            return;
        }

        using var scope = NewDisposeScope();
        if (!calls.TryGetValue(name, out var earlier))
        {
            calls[name] = earlier = [];
        }

        var call = (name, earlier.Count);
        var change = 0.0;
        if (first.TryGetValue(call, out var before))
        {
            change = (output - before).abs().mean().ToDouble();
        }
        else
        {
            first[call] = output.detach().clone().DetachFromDisposeScope();
        }

        earlier.Add((output.abs().mean().ToDouble(), change));
    }
}
