using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints the calls of activation functions.</summary>
internal static class ActivationPrinter
{
    private const string Functional = EmittedNames.Torch + "nn.functional.";

    /// <summary>The call of a function; one over an axis is given the last axis.</summary>
    public static string Print(ActivationFunction function, string input) => function switch
    {
        ActivationFunction.Relu => $"{Functional}relu({input})",
        ActivationFunction.Gelu => $"{Functional}gelu({input})",
        ActivationFunction.GeluTanh => $"{Functional}gelu({input}, global::TorchSharp.Modules.GELU.Approximate.tanh)",
        ActivationFunction.Silu => $"{Functional}silu({input})",
        ActivationFunction.Sigmoid => $"{EmittedNames.Torch}sigmoid({input})",
        ActivationFunction.Tanh => $"{EmittedNames.Torch}tanh({input})",
        ActivationFunction.Softmax => $"{Functional}softmax({input}, -1)",
        ActivationFunction.Exp => $"{EmittedNames.Torch}exp({input})",
        ActivationFunction.Log => $"{EmittedNames.Torch}log({input})",
        ActivationFunction.Sqrt => $"{EmittedNames.Torch}sqrt({input})",
        ActivationFunction.Abs => $"{EmittedNames.Torch}abs({input})",
        ActivationFunction.Softplus => $"{Functional}softplus({input})",
        ActivationFunction.Detach => $"{EmittedNames.Library}Functional.Detach({input})",
        _ => throw new InvalidOperationException($"{function} cannot be printed"),
    };
}
