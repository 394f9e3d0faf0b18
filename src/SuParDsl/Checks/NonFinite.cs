using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Finds where numbers went bad.</summary>
public static class NonFinite
{
    /// <summary>
    /// The first layer, in the order in which they run, whose activation holds an infinity or what is no number when a batch
    /// passes through the model; else the first tensor whose weights or gradient do.
    /// </summary>
    /// <param name="model">The model, with the gradients of the batch if they are known.</param>
    /// <param name="inputs">The batch.</param>
    /// <returns>A name for people; null where everything is finite.</returns>
    public static string? Find(Model model, Tensor inputs)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (!IsFinite(parameter))
            {
                return $"the weights of {name}";
            }
        }

        if (FirstLayer(model, inputs) is { } layer)
        {
            return $"the activation of {layer}";
        }

        foreach (var (name, parameter) in model.named_parameters())
        {
            if (parameter.grad is { } gradient && !IsFinite(gradient))
            {
                return $"the gradient of {name}";
            }
        }

        return null;
    }

    private static string? FirstLayer(Model model, Tensor inputs)
    {
        string? first = null;
        using var hooks = new LayerHooks(model, (name, output) => first ??= IsFinite(output) ? null : name);
        model.call(inputs);
        return first;
    }

    private static bool IsFinite(Tensor values) => values.isfinite().all().ToBoolean();
}
