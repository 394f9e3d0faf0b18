using System.Text;

namespace SuParDsl.Benchmarks;

/// <summary>
/// The source of a project: a model of 50 layers, nine smaller ones, as many JSON types of the same sizes, and 100 files of
/// ordinary code.
/// </summary>
internal static class GeneratorProject
{
    public const int Elsewhere = 0, Model = 1;

    private const int Types = 10, Others = 100, Large = 50, Small = 6;

    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using SuParDsl;
        global using static SuParDsl.FlowOps;
        global using TorchSharp;
        global using Tensor = TorchSharp.torch.Tensor;
        """;

    /// <summary>The files. The first is an ordinary one, the second the large model.</summary>
    public static IEnumerable<string> Files() =>
    [
        Ordinary(0), LargeModel(0, string.Empty), Usings,
        .. Enumerable.Range(1, Types - 1).Select(static i => ModelOf($"M{i}", Small, "1", string.Empty)),
        .. Enumerable.Range(0, Types).Select(static i => JsonOf($"J{i}", i == 0 ? Large : Small)),
        .. Enumerable.Range(1, Others - 1).Select(Ordinary),
    ];

    /// <summary>The large model with another factor in its flow, and a comment.</summary>
    public static string LargeModel(int factor, string comment) =>
        ModelOf("M0", Large, FormattableString.Invariant($"{factor}.5"), comment);

    /// <summary>A class that has nothing to do with models.</summary>
    public static string Ordinary(int number) => $$"""
        namespace App.Other;

        public sealed class Ordinary{{number}}
        {
            private readonly List<int> items = [];

            public int Count => items.Count;

            public void Add(int item) => items.Add(item + {{number}});

            public int Sum()
            {
                var sum = 0;
                foreach (var item in items)
                {
                    sum += item;
                }

                return sum;
            }
        }
        """;

    private static string ModelOf(string name, int layers, string factor, string comment)
    {
        var text = new StringBuilder($$"""
            namespace App.Models;

            [Model, Sparse(nameof(density))]
            public partial class {{name}}(
                [MuWidth(256)] int width, int inputs = 32, int classes = 10, [Density] double density = 1)
            {
                public Linear In { get; } = new(inputs, width);

            """);
        for (var i = 1; i < layers - 1; i++)
        {
            text.Append($"    public Linear Layer{i} {{ get; }} = new(width, width);\n");
        }

        text.Append("    public Linear Head { get; } = new(width, classes);\n\n");
        text.Append($"    [Flow] Tensor Flow(Tensor x) => {factor} * (x | In");
        for (var i = 1; i < layers - 1; i++)
        {
            text.Append($" | Tanh\n        | Layer{i}");
        }

        return text.Append($" | Head);{comment}\n}}\n").ToString();
    }

    private static string JsonOf(string name, int properties)
    {
        var text = new StringBuilder($$"""
            namespace App.Data;

            [System.Text.Json.Serialization.JsonSerializable(typeof({{name}}))]
            public partial class {{name}}Context : System.Text.Json.Serialization.JsonSerializerContext;

            public sealed class {{name}}
            {

            """);
        for (var i = 0; i < properties; i++)
        {
            text.Append($"    public int Property{i} {{ get; set; }}\n");
        }

        return text.Append("}\n").ToString();
    }
}
