using static TorchSharp.torch;

namespace SuParDsl.Checks;

/// <summary>Finds where NaN or infinite values first occur.</summary>
public static class NonFinite
{
    /// <summary>
    /// Finds the first tensor whose weights have a NaN or an infinity. If there is none, it finds the first layer, in the order
    /// in which layers run, whose activation on the batch has one, and otherwise the first tensor whose gradient has one.
    /// </summary>
    /// <param name="model">The model, with the gradients of the batch if they were computed.</param>
    /// <param name="inputs">The batch: as many tensors as the flow takes, in order.</param>
    /// <returns>A name for a message; null if everything is finite.</returns>
    public static string? Find(IModel model, params IReadOnlyList<Tensor> inputs)
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

    private static string? FirstLayer(IModel model, IReadOnlyList<Tensor> inputs)
    {
        string? first = null;
        using var hooks = new LayerHooks(model, (name, output) => first ??= IsFinite(output) ? null : name);
        model.Call(inputs);
        return first;
    }

    private static bool IsFinite(Tensor values) => values.isfinite().all().ToBoolean();
}
