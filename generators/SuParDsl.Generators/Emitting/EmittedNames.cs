using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Emitting;

/// <summary>The names that several emitters write.</summary>
internal static class EmittedNames
{
    public const string Library = "global::SuParDsl.";
    public const string Torch = "global::TorchSharp.torch.";
    public const string Layer = Library + "Layer";
    public const string Model = Library + "Model";
    public const string Extent = Library + "Extent";
    public const string Tensor = Torch + "Tensor";

    private static readonly string Version = typeof(EmittedNames).Assembly.GetName().Version.ToString(3);

    private static readonly string GeneratedCodeAttribute =
        $"[global::System.CodeDom.Compiler.GeneratedCode(\"{UserSyntax.Tool}\", \"{Version}\")]";

    /// <summary>
    /// Marks a member as generated. The type itself is not marked, because the half that the user wrote must not count as
    /// generated.
    /// </summary>
    public static void GeneratedCode(SourceWriter writer) => writer.Line(GeneratedCodeAttribute);

    /// <summary>The return type of <c>forward</c>.</summary>
    public static string Result(SignatureModel signature) =>
        signature.Outputs == 1 ? Tensor : $"({string.Join(", ", Enumerable.Repeat(Tensor, signature.Outputs))})";

    /// <summary>
    /// The base class of a layer or a model: the plain one, or the one with the types of its inputs and its result.
    /// </summary>
    public static string Base(string plain, SignatureModel signature)
    {
        var types = signature.Inputs.Select(static _ => Tensor).Append(Result(signature));
        return signature.IsPlain ? plain : $"{plain}<{string.Join(", ", types)}>";
    }
}
