using static TorchSharp.torch;

namespace SuParDsl.Checks;

/// <summary>
/// Measures the output of each layer of a model on a fixed batch with hooks: mean |activation|, and its change since the first
/// measurement. Other forward passes are not recorded, and a model without probes has no overhead.
/// </summary>
internal sealed class Probes : IDisposable
{
    private readonly Action forward;
    private readonly Dropout[] dropouts;
    private readonly LayerHooks hooks;
    private readonly Dictionary<string, Tensor> first = [];
    private readonly Dictionary<string, (double Value, double Change)> values = [];
    private bool isMeasuring;

    /// <param name="model">The model.</param>
    /// <param name="forward">Runs the model on the batch that every measurement uses.</param>
    public Probes(IModel model, Action forward)
    {
        this.forward = forward;
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
    /// Runs the model on the batch, without gradients and dropout, and returns the measurements by the layers' full names.
    /// </summary>
    public IReadOnlyDictionary<string, (double Value, double Change)> Measure()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var active = dropouts.Where(static dropout => dropout.training).ToArray();
        Array.ForEach(active, static dropout => dropout.eval());
        isMeasuring = true;
        values.Clear();
        forward();
        isMeasuring = false;
        Array.ForEach(active, static dropout => dropout.train());
        return values;
    }

    public void Dispose()
    {
        hooks.Dispose();
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
