using static TorchSharp.torch;

namespace SuParDsl.Tests.Architectures;

/// <summary>Compares each architecture with a forward of plain TorchSharp calls on the same parameters.</summary>
public class ArchitectureTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Names => [.. Architecture.All.Select(static architecture => architecture.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_and_gradients_equal_those_of_a_hand_written_forward(string name)
    {
        using var scope = NewDisposeScope();
        var (model, actual, expected) = Architecture.All.Single(architecture => architecture.Name == name).Run();
        using (model)
        {
            Assert.Equal(expected.Length, actual.Length);
            foreach (var (given, wanted) in actual.Zip(expected))
            {
                AssertClose($"the output of {name}", wanted, given, floor: 0);
            }

            var parameters = model.named_parameters().ToArray();
            var (gradients, others) = (Gradients(expected), Gradients(actual));
            var largest = gradients.Max(static gradient => gradient.abs().max().item<float>());
            foreach (var (parameter, i) in parameters.Select(static (pair, i) => (pair.name, i)))
            {
                // A gradient that cancels almost, such as that of a bias in front of a softmax, has the error of its summands.
                AssertClose($"the gradient of {parameter}", gradients[i], others[i], floor: 0.01 * largest);
            }

            Tensor[] Gradients(Tensor[] outputs)
            {
                var projections = outputs.Select(static (output, i) => (output * ByHand.Reals(90 + i, output.shape)).sum());
                return [.. autograd.grad(
                    [projections.Aggregate(static (a, b) => a + b)], [.. parameters.Select(static pair => pair.parameter)])];
            }
        }
    }

    [Fact]
    public void The_page_lists_every_architecture_with_its_lines()
    {
        var path = Path.Combine(RepositoryRoot.Path, "docs", "architectures.md");
        var rows = Architecture.All.Select(static (architecture, i) =>
            $"| {i + 1} | {architecture.Name} | {architecture.Source} | {architecture.Classes.Sum(Lines)} "
            + $"| {architecture.Uses} |\n");
        GeneratedPage.Check(path, GeneratedPage.WithRegion(
            File.ReadAllText(path),
            "architectures",
            "| | Architecture | Source | Lines | What it uses of the language |\n|---|---|---|---|---|\n"
            + string.Concat(rows)));
    }

    /// <summary>The lines of a class, from its attribute to its last brace, without blank ones.</summary>
    private static int Lines(Type type)
    {
        var folder = Path.Combine(RepositoryRoot.Path, "tests", "SuParDsl.Tests", "Architectures");
        var lines = Directory.GetFiles(folder, "*.cs").Select(File.ReadAllLines)
            .Single(lines => lines.Any(line => IsDeclaration(line, type)));
        var start = Array.FindIndex(lines, line => IsDeclaration(line, type));
        return 1 + lines.Skip(start).TakeWhile(static line => line != "}").Append("}")
            .Count(static line => !string.IsNullOrWhiteSpace(line));
    }

    private static bool IsDeclaration(string line, Type type) =>
        line.StartsWith($"public partial class {type.Name}(", StringComparison.Ordinal);

    private static void AssertClose(string what, Tensor expected, Tensor actual, double floor)
    {
        Assert.Equal(expected.shape, actual.shape);
        var error = (expected - actual).abs().max().item<float>();
        var size = Math.Max(expected.abs().max().item<float>(), floor);
        Assert.True(size > 0 && error <= Tolerance * size, $"{what} differs by {error:g3}, of at most {size:g3}");
    }
}
