using System.Runtime.InteropServices;
using SuParDsl.Lab.Errors;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>
/// Verifies that a loss or metric receives outputs and targets that it can compare, and that it returns a scalar.
/// </summary>
internal static class ShapeChecks
{
    /// <summary>Evaluates a loss or a metric and returns its scalar.</summary>
    /// <param name="name">Its name in messages: "the loss MeanSquare".</param>
    /// <param name="function">The loss or the metric.</param>
    /// <param name="outputs">The model's outputs.</param>
    /// <param name="targets">The targets that the outputs are compared with.</param>
    /// <param name="anyShapes">Whether the function reshapes or broadcasts them itself.</param>
    /// <exception cref="UserException">Outputs and targets do not fit, or the result is not a scalar.</exception>
    public static Tensor Number(
        string name, Func<Tensor, Tensor, Tensor> function, Tensor outputs, Tensor targets, bool anyShapes)
    {
        if (!anyShapes && targets.is_floating_point() && Broadcast(outputs.shape, targets.shape) is { } shape)
        {
            throw new UserException(
                $"{name} got outputs of shape {Text(outputs.shape)} and targets of shape {Text(targets.shape)}, "
                + "which would be broadcast to "
                + $"{Text(shape)}: give both one shape, or set {nameof(Loss.AnyShapes)} where it reshapes or broadcasts them "
                + "on purpose");
        }

        return Number(name, () => function(outputs, targets), [outputs], targets);
    }

    /// <summary>Evaluates a loss or a metric of one or several outputs and returns its scalar.</summary>
    /// <param name="name">Its name in messages: "the loss MeanSquare".</param>
    /// <param name="function">The loss or the metric of these outputs and targets.</param>
    /// <param name="outputs">The model's outputs.</param>
    /// <param name="targets">The targets that the outputs are compared with.</param>
    /// <exception cref="UserException">The function failed, or the result is not a scalar.</exception>
    public static Tensor Number(string name, Func<Tensor> function, IReadOnlyList<Tensor> outputs, Tensor targets)
    {
        Tensor result;
        try
        {
            result = function();
        }
        catch (Exception e) when (e is ArgumentException or ExternalException && !ErrorBoundary.IsMemory(e))
        {
            throw Failed(name, outputs, targets, e);
        }
        catch (Exception e) when (ErrorBoundary.Describe(e) is null)
        {
            throw OwnCode.Failure(name, e);
        }

        return result.numel() == 1
            ? (result.dim() == 0 ? result : result.reshape([]))
            : throw new UserException(
                $"{name} gave a tensor of shape {Text(result.shape)} for {Both(outputs, targets)}: "
                + "it must be one number, as by .mean()");
    }

    /// <summary>Verifies that outputs and targets have the same shape and floating-point type.</summary>
    /// <param name="name">The name of the loss or metric in messages.</param>
    /// <param name="outputs">The model's outputs.</param>
    /// <param name="targets">The targets that the outputs are compared with.</param>
    /// <exception cref="UserException">They are not.</exception>
    public static void RequireAlike(string name, Tensor outputs, Tensor targets)
    {
        if (!outputs.shape.SequenceEqual(targets.shape))
        {
            var advice = outputs.numel() == targets.numel()
                ? "reshape the targets, as by targets.view(outputs.shape)"
                : "there must be one target for each output";
            throw new UserException(
                $"{name} got outputs of shape {Text(outputs.shape)} and targets of shape {Text(targets.shape)}: "
                + $"they must be equal; {advice}");
        }

        if (outputs.dtype != targets.dtype)
        {
            var classes = targets.is_floating_point()
                ? string.Empty
                : $", or take {nameof(Loss)}.{nameof(Loss.CrossEntropy)} if they are classes";
            throw new UserException(
                $"{name} got outputs of {outputs.dtype} and targets of {targets.dtype}: they must be of one type; "
                + $"convert the targets by to_type(ScalarType.{outputs.dtype}){classes}");
        }
    }

    /// <summary>Verifies that targets are classes of the logits.</summary>
    /// <exception cref="UserException">They are not.</exception>
    public static void RequireClasses(string name, Tensor logits, Tensor targets)
    {
        if (ClassTargets.Misfit(logits, targets) is { } reason)
        {
            throw new UserException($"{name} failed on {Both([logits], targets)}: {reason}");
        }
    }

    /// <summary>The error for an engine failure on outputs and targets.</summary>
    public static UserException Failed(string name, IReadOnlyList<Tensor> outputs, Tensor targets, Exception cause) =>
        new($"{name} failed on {Both(outputs, targets)}: {cause.Message.Split('\n')[0]}");

    /// <summary>The shape to which two shapes would be broadcast; null if they are equal or cannot be broadcast.</summary>
    private static long[]? Broadcast(long[] first, long[] second)
    {
        var shape = new long[Math.Max(first.Length, second.Length)];
        for (var axis = 1; axis <= shape.Length; axis++)
        {
            var (a, b) = (axis <= first.Length ? first[^axis] : 1, axis <= second.Length ? second[^axis] : 1);
            if (a != b && a != 1 && b != 1)
            {
                return null;
            }

            shape[^axis] = a == 1 ? b : a;
        }

        return first.SequenceEqual(second) ? null : shape;
    }

    private static string Both(IReadOnlyList<Tensor> outputs, Tensor targets) =>
        $"outputs of shape {string.Join(" and ", outputs.Select(Typed))} and targets of shape {Typed(targets)}";

    private static string Typed(Tensor tensor) => $"{Text(tensor.shape)} ({tensor.dtype})";

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
