using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Losses that layers compute themselves: the load-balancing losses of <see cref="Experts{TBlock}"/>.</summary>
public static class AuxiliaryLosses
{
    /// <summary>
    /// Adds the losses that the model's layers have computed since the last time to a loss. Call it after the model, for every
    /// backward pass: <c>model.AddAuxiliaryLoss(loss).Backward()</c>. An optimizer refuses to step if a loss was left out.
    /// </summary>
    /// <param name="model">The model, which has computed the outputs.</param>
    /// <param name="loss">The loss of the outputs, a scalar.</param>
    /// <returns>The sum; the loss itself if no layer has one, as in inference or in a model without experts.</returns>
    public static Tensor AddAuxiliaryLoss(this IModel model, Tensor loss)
    {
        if (!model.Core.RoutedLayers.Any(static layer => layer.HasLoss))
        {
            return loss;
        }

        // The scope also refers to the temporary tensors, which the garbage collector may otherwise free during a call.
        using var scope = NewDisposeScope();
        return model.Core.RoutedLayers
            .Aggregate(loss, static (sum, layer) =>
                layer.TakeLoss() is { } own ? sum.add(own.to(sum.device), Scalars.One) : sum)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Throws if a layer has computed a loss that was not added to any loss, and drops it.</summary>
    /// <exception cref="InvalidOperationException">The load-balancing loss of a layer was left out.</exception>
    internal static void RequireAuxiliaryLoss(this IModel model)
    {
        if (model.Core.RoutedLayers.Any(static layer => layer.HasLoss))
        {
            var (name, _) = model.named_modules().First(static entry => entry.module is IRoutedLayer { HasLoss: true });
            foreach (var layer in model.Core.RoutedLayers)
            {
                layer.DropLoss();
            }

            throw new InvalidOperationException(
                $"the load-balancing loss of {name} is in no loss: write model.AddAuxiliaryLoss(loss).Backward() "
                + "after every call of the model that trains, call the model under no_grad() where it does not train, "
                + "or give the layer the argument balance: 0");
        }
    }
}
