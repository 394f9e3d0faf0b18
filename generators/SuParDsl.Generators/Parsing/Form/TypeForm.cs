using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Form;

/// <summary>Checks whether another half can be emitted for a marked type.</summary>
internal static class TypeForm
{
    /// <summary>Checks the type's own form; false where no part of it can be emitted.</summary>
    public static bool Check(DeclarationContext context)
    {
        var (type, part) = (context.Type, context.Part);
        var mark = context.Kind.ToString();
        if (What(type, part) is { } what)
        {
            context.Findings.Add(Descriptors.NotAnInstanceClass, part.Identifier.GetLocation(), type.Name, mark, what);
            return false;
        }

        if (!UserSyntax.IsPartial(part))
        {
            context.Findings.Add(Descriptors.NotPartial, part.Identifier.GetLocation(), type.Name, mark);
            return false;
        }

        return CheckContainers(context, mark) && CheckBase(context) && NameChecks.CheckMembers(context);
    }

    /// <summary>
    /// Checks mistakes for which a stub can still be emitted. Returns the parameters that emitted code cannot read.
    /// </summary>
    public static ImmutableHashSet<string> CheckContent(DeclarationContext context, IMethodSymbol? constructor)
    {
        var location = context.Part.Identifier.GetLocation();
        if (KnownNames.Has(context.Type, KnownNames.Model) && KnownNames.Has(context.Type, KnownNames.Block))
        {
            context.Findings.Add(Descriptors.ModelAndBlock, location, context.Type.Name);
        }

        if (context.Type.Arity > 0)
        {
            context.Findings.Add(Descriptors.Generic, location, context.Type.Name, context.Kind.ToString());
        }

        if (constructor is null)
        {
            context.Findings.Add(Descriptors.NoPrimaryConstructor, location, context.Type.Name);
        }

        return NameChecks.CheckParameters(context, constructor);
    }

    private static string? What(INamedTypeSymbol type, TypeDeclarationSyntax part) => type switch
    {
        _ when part is RecordDeclarationSyntax => "a record",
        _ when part is not ClassDeclarationSyntax => "not a class",
        { IsFileLocal: true } => "local to its file, but its generated half is in another file",
        { IsStatic: true } => "static",
        { IsAbstract: true } => "abstract",
        _ => null,
    };

    private static bool CheckContainers(DeclarationContext context, string mark)
    {
        for (SyntaxNode? node = context.Part.Parent; node is not null; node = node.Parent)
        {
            if (node is TypeDeclarationSyntax container && !UserSyntax.IsPartial(container))
            {
                context.Findings.Add(
                    Descriptors.ContainerNotPartial, container.Identifier.GetLocation(), container.Identifier.ValueText,
                    context.Type.Name, mark);
                return false;
            }
        }

        for (var outer = context.Type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (outer.IsFileLocal)
            {
                context.Findings.Add(
                    Descriptors.NotAnInstanceClass, context.Part.Identifier.GetLocation(), context.Type.Name, mark,
                    $"inside '{outer.Name}', which is local to its file, but its generated half is in another file");
                return false;
            }
        }

        return true;
    }

    private static bool CheckBase(DeclarationContext context)
    {
        foreach (var stated in context.Parts.SelectMany(static part => part.BaseList?.Types ?? []))
        {
            var type = context.ModelOf(stated).GetTypeInfo(stated.Type, context.Cancellation).Type;
            if (type is { TypeKind: TypeKind.Class })
            {
                context.Findings.Add(
                    Descriptors.ForeignBase, stated.GetLocation(), context.Type.Name, UserSyntax.OneLine(stated.Type));
                return false;
            }
        }

        return true;
    }
}
