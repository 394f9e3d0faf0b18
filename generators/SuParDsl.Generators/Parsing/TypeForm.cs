using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.Generators.Parsing;

/// <summary>Whether a marked type can have another half at all.</summary>
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

        return CheckContainers(context, mark) && CheckBase(context) && CheckNames(context);
    }

    /// <summary>Checks what an emitted stub can live with.</summary>
    public static void CheckContent(DeclarationContext context, IMethodSymbol? constructor)
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
    }

    private static string? What(INamedTypeSymbol type, TypeDeclarationSyntax part) => type switch
    {
        _ when part is RecordDeclarationSyntax => "a record",
        _ when part is not ClassDeclarationSyntax => "not a class",
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

    /// <summary>Whether the model takes a record of the user's own, so that none is emitted.</summary>
    private static bool TakesRecord(DeclarationContext context) => context.Type.InstanceConstructors
        .Any(static constructor => constructor.Parameters is [var only] && RecordParser.IsRecord(only));

    /// <summary>Members of the user's that have the name of an emitted one.</summary>
    private static bool CheckNames(DeclarationContext context)
    {
        var fine = true;
        foreach (var member in context.Parts.SelectMany(static part => part.Members))
        {
            var identifier = member switch
            {
                PropertyDeclarationSyntax property => property.Identifier,
                MethodDeclarationSyntax method when method.Identifier.ValueText is "Size" or "Base" or "RegisterLayers" =>
                    method.Identifier,
                BaseTypeDeclarationSyntax type => type.Identifier,
                _ => default,
            };
            var taken = identifier.ValueText switch
            {
                "Base" => context.Kind == Model.DeclarationKind.Model,
                "Size" => context.Kind == Model.DeclarationKind.Model && !TakesRecord(context),
                "RegisterLayers" or "Declare" => true,
                _ => false,
            };
            if (taken)
            {
                context.Findings.Add(
                    Descriptors.NameTaken, identifier.GetLocation(), identifier.ValueText, context.Type.Name,
                    "a generated member");
                fine = false;
            }
        }

        return fine;
    }
}
