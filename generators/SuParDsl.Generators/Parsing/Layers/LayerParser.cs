using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Form;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Finds the layers that a class declares and reads each one's type, arguments and attributes.</summary>
internal static class LayerParser
{
    public static ImmutableArray<Layer> Parse(DeclarationContext context)
    {
        var layers = ImmutableArray.CreateBuilder<Layer>();
        foreach (var member in context.Parts.SelectMany(static part => part.Members))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            switch (member)
            {
                case PropertyDeclarationSyntax property when ParseProperty(context, property) is { } layer:
                    layers.Add(layer);
                    break;
                case FieldDeclarationSyntax field:
                    CheckField(context, field);
                    break;
            }
        }

        return layers.ToImmutable();
    }

    private static Layer? ParseProperty(DeclarationContext context, PropertyDeclarationSyntax property)
    {
        if (SymbolOf(context, property) is not { } symbol)
        {
            return null;
        }

        foreach (var mark in property.AttributeLists.Count == 0 ? [] : symbol.GetAttributes().Where(ParameterMarks.IsMark))
        {
            var name = mark.AttributeClass!.Name;
            context.Findings.Add(
                Descriptors.NoEffect, KnownNames.LocationOf(mark, context.Cancellation),
                name.Substring(0, name.Length - nameof(Attribute).Length), symbol.Name,
                "only a parameter of the class or of its record is a size", "remove it");
        }

        var type = context.TypeOf(property, symbol);
        if (type.Collected is { } collected)
        {
            context.Findings.Add(
                Descriptors.InCollection, property.Type.GetLocation(),
                symbol.Name, type.Symbol.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), collected.Name);
            return null;
        }

        return type.IsModule ? ParseLayer(context, property, symbol, type) : null;
    }

    /// <summary>
    /// The symbol is found by its name and position, because a semantic model would look up every type and namespace around it.
    /// </summary>
    private static IPropertySymbol? SymbolOf(DeclarationContext context, PropertyDeclarationSyntax property)
    {
        foreach (var member in context.Type.GetMembers(property.Identifier.ValueText))
        {
            foreach (var place in member.DeclaringSyntaxReferences)
            {
                if (member is IPropertySymbol symbol && place.SyntaxTree == property.SyntaxTree && place.Span == property.Span)
                {
                    return symbol;
                }
            }
        }

        return null;
    }

    private static Layer ParseLayer(
        DeclarationContext context, PropertyDeclarationSyntax syntax, IPropertySymbol symbol, PropertyType type)
    {
        if (PropertyOf(context, syntax, symbol, type) is not { } property)
        {
            return new(new(symbol, type.Symbol, syntax), LayerArguments.Broken, LayerOptions.None);
        }

        if (Creation(context, syntax, symbol) is not { } creation)
        {
            return new(property, LayerArguments.Broken, LayerOptions.None);
        }

        var isUnreadable = type.Block is not null && property.Block is null;
        var arguments = ArgumentReader.Read(context, property, creation);
        arguments = isUnreadable ? arguments with { IsBroken = true } : arguments;

        // The other half of a partial property may carry the attributes.
        return new(property, arguments, syntax.AttributeLists.Count > 0 || syntax.Modifiers.Any(SyntaxKind.PartialKeyword)
            ? LayerAttributes.Read(context, property, arguments)
            : LayerOptions.None);
    }

    /// <summary>What a property and its type say; null where an error leaves that unknown.</summary>
    private static LayerProperty? PropertyOf(
        DeclarationContext context, PropertyDeclarationSyntax syntax, IPropertySymbol symbol, PropertyType type)
    {
        var (block, builtIn) = (type.Block, type.BuiltIn);
        if (!NameChecks.CheckLayer(context, syntax.Identifier) || !IsUsableBlock(context, syntax, symbol, block))
        {
            return null;
        }

        if (builtIn is { IsContract: true } && KnownNames.Find(symbol, KnownNames.Foreign) is { } mark)
        {
            context.Findings.Add(
                Descriptors.NoEffect, KnownNames.LocationOf(mark, context.Cancellation), "Foreign", symbol.Name,
                $"{builtIn.Name} has a [Contract]", "remove it");
        }

        var property = new LayerProperty(symbol, type.Symbol, syntax) { BuiltIn = builtIn };
        if (block is not null)
        {
            return property with { Block = context.Library.Summary(block, context.Cancellation) };
        }

        if (builtIn is not null)
        {
            return property;
        }

        // A wrong contract is reported at the contract itself.
        return !KnownNames.Has(type.Symbol, KnownNames.Contract)
            && ExternalModuleParser.Read(context, syntax.Type.GetLocation(), symbol) is { } external
            ? property with { External = external }
            : null;
    }

    private static bool IsUsableBlock(
        DeclarationContext context, PropertyDeclarationSyntax property, IPropertySymbol symbol, INamedTypeSymbol? block)
    {
        if (block is null)
        {
            return true;
        }

        if (BlockTypes.Contains(block, context.Type))
        {
            context.Findings.Add(
                Descriptors.ContainsItself, property.Identifier.GetLocation(), symbol.Name, block.Name, context.Type.Name);
            return false;
        }

        if (KnownNames.Has(block, KnownNames.Model))
        {
            context.Findings.Add(
                Descriptors.ModelInsideModel, property.Type.GetLocation(), symbol.Name, context.Type.Name, block.Name);
            return false;
        }

        return true;
    }

    /// <summary>
    /// The <c>new(…)</c> that initializes a property. Every other initializer hides the sizes of the layer (SUP013).
    /// </summary>
    private static BaseObjectCreationExpressionSyntax? Creation(
        DeclarationContext context, PropertyDeclarationSyntax property, IPropertySymbol symbol)
    {
        var problem = property switch
        {
            _ when symbol.IsStatic => "is static",
            { AccessorList: null } => "is computed",
            { AccessorList: { } list } when list.Accessors.Any(static a => !a.IsKind(SyntaxKind.GetAccessorDeclaration)) =>
                "has a setter",
            { AccessorList: { } list } when list.Accessors
                .Any(static a => a.Body is not null || a.ExpressionBody is not null) => "is computed",
            { Initializer: null } => "has no initializer",
            { Initializer.Value: not BaseObjectCreationExpressionSyntax } => "is not initialized with new(…)",
            _ => null,
        };
        if (problem is not null)
        {
            context.Findings.Add(
                Descriptors.NotInPlace, property.Identifier.GetLocation(), symbol.Name, problem,
                UserSyntax.OneLine(property.Type), "…");
            return null;
        }

        return (BaseObjectCreationExpressionSyntax)property.Initializer!.Value;
    }

    private static void CheckField(DeclarationContext context, FieldDeclarationSyntax field)
    {
        var type = context.ModelOf(field).GetTypeInfo(field.Declaration.Type, context.Cancellation).Type;
        if (type is null)
        {
            return;
        }

        foreach (var variable in field.Declaration.Variables)
        {
            if (PropertyType.CollectedModule(type) is { } collected)
            {
                context.Findings.Add(
                    Descriptors.InCollection, field.Declaration.Type.GetLocation(),
                    variable.Identifier.ValueText, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                    collected.Name);
            }
            else if (KnownNames.IsModule(type))
            {
                context.Findings.Add(
                    Descriptors.NotInPlace, variable.Identifier.GetLocation(), variable.Identifier.ValueText, "is a field",
                    UserSyntax.OneLine(field.Declaration.Type), "…");
            }
        }
    }
}
