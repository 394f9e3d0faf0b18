using System.Reflection;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Tests;
using Tensor = TorchSharp.torch.Tensor;

namespace SuParDsl.Programs.Tests;

/// <summary>A declaration that the compiler and the generator have compiled to a class.</summary>
/// <param name="Declaration">The declaration.</param>
/// <param name="Make">A new model with a seed.</param>
/// <param name="Call">The model's outputs, logits of shape <c>[…, classes]</c>.</param>
internal sealed record CompiledDeclaration(
    RandomDeclaration Declaration, Func<long, Model> Make, Func<Model, Tensor, Tensor> Call)
{
    /// <summary>Compiles many declarations at once, which takes little longer than one.</summary>
    public static IReadOnlyList<CompiledDeclaration> Compile(IReadOnlyList<RandomDeclaration> declarations)
    {
        var run = Harness.Generate([.. declarations.Select(static declaration => declaration.Complete)]);
        using var stream = new MemoryStream();
        var result = run.Output.Emit(stream);
        var errors = result.Diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error).Concat(run.Ours).Take(5);
        Assert.True(
            result.Success, string.Join('\n', errors) + "\n" + string.Join('\n', declarations.Select(static d => d.Complete)));
        var assembly = Assembly.Load(stream.ToArray());
        return [.. declarations.Select(
            declaration => Of(declaration, assembly.GetType(declaration.Namespace + ".Entry", throwOnError: true)!))];
    }

    private static CompiledDeclaration Of(RandomDeclaration declaration, Type entry) => new(
        declaration,
        entry.GetMethod("Make")!.CreateDelegate<Func<long, Model>>(),
        entry.GetMethod("Call")!.CreateDelegate<Func<Model, Tensor, Tensor>>());
}
