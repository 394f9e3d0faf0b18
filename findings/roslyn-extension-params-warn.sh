#!/usr/bin/env bash
# Microsoft.CodeAnalysis.CSharp 5.0.0, the compiler of the .NET SDK 10.0.100.
# One expects a call with `params` arguments of a member of a C# 14 extension block to compile without a warning, as the same call of
# an extension method with `this` does. Each such argument is compared with the type of the whole collection, which gives the nullability
# warning CS8620 although no nullable type is involved. 5.9.0 does not warn.
source "$(dirname "$0")/common.sh"

finding 'block, no params argument: none
block, one params argument: CS8620
block, two params arguments: CS8620 CS8620
block, a collection: none
this, two params arguments: none' Microsoft.CodeAnalysis.CSharp@5.0.0 <<'CS'
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

Show("block, no params argument", "x.InBlock(1)");
Show("block, one params argument", "x.InBlock(1, 2)");
Show("block, two params arguments", "x.InBlock(1, 2, 3)");
Show("block, a collection", "x.InBlock(1, [2, 3])");
Show("this, two params arguments", "x.WithThis(1, 2, 3)");

static void Show(string name, string call)
{
    var source = $$"""
        #nullable enable
        static class Extensions
        {
            extension(string x)
            {
                public int InBlock(int first, params int[] others) => first + others.Length;
            }

            public static int WithThis(this string x, int first, params int[] others) => first + others.Length;
        }

        static class Use
        {
            static int Call(string x) => {{call}};
        }
        """;
    var compilation = CSharpCompilation.Create(
        "program", [CSharpSyntaxTree.ParseText(source)], [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    Console.WriteLine($"{name}: {string.Join(" ", compilation.GetDiagnostics().Select(static d => d.Id).DefaultIfEmpty("none"))}");
}
CS
