using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Parameters;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Form;

/// <summary>Checks for names that the emitted half declares too, or that would mean something else in it (SUP019).</summary>
internal static class NameChecks
{
    private const string Forward = "forward";

    // Methods may be overloaded, unless the emitted member is not a method or is called with these arguments.
    private static readonly string[] TakenFromMethods = ["Size", "Base", "RegisterLayers"];

    /// <summary>Checks the class and its members against the emitted members; false where no half can be emitted.</summary>
    public static bool CheckMembers(DeclarationContext context)
    {
        var emitted = EmittedIn(context);
        var fine = true;
        if (emitted.Contains(context.Type.Name))
        {
            Taken(context, context.Part.Identifier, owner: string.Empty, "a member that is generated in it");
            fine = false;
        }

        foreach (var (name, member) in Members(context))
        {
            if (UserSyntax.IsDiscard(name.ValueText))
            {
                Taken(context, name, Owner(context), "a discard");
                fine = false;
            }
            else if (emitted.Contains(name.ValueText) && (member is not MethodDeclarationSyntax method || IsTaken(method)))
            {
                Taken(context, name, Owner(context), "a generated member");
                fine = false;
            }
        }

        return fine;
    }

    /// <summary>
    /// Checks the parameters against the members that C# finds before them, and the members against the parameters. Returns the
    /// parameters that emitted code cannot read.
    /// </summary>
    public static ImmutableHashSet<string> CheckParameters(DeclarationContext context, IMethodSymbol? constructor)
    {
        var inherited = context.Library.Inherited(context.Kind);
        var emitted = EmittedIn(context);
        var hidden = ImmutableHashSet.CreateBuilder(StringComparer.Ordinal);
        if (constructor is null)
        {
            return hidden.ToImmutable();
        }

        foreach (var parameter in constructor.Parameters)
        {
            if (What(parameter.Name) is { } what
                && parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.Cancellation)
                    is ParameterSyntax syntax)
            {
                Taken(context, syntax.Identifier, Owner(context), what);
                hidden.Add(parameter.Name);
            }
        }

        foreach (var (name, member) in Members(context))
        {
            if (constructor.Parameters.Any(parameter => parameter.Name == name.ValueText) && !Keeps(name, member))
            {
                Taken(context, name, Owner(context), "a parameter");
                hidden.Add(name.ValueText);
            }
        }

        return hidden.ToImmutable();

        string? What(string name) => UserSyntax.IsDiscard(name) ? "a discard"
            : emitted.Contains(name) ? "a generated member"
            : inherited.TryGetValue(name, out var member) ? $"a member of its base class, {member}"
            : null;
    }

    /// <summary>
    /// Checks the name of a layer; false if the layer would hide a flow operation or a member of the base class.
    /// </summary>
    public static bool CheckLayer(DeclarationContext context, SyntaxToken name)
    {
        var what = FlowOpTable.IsFunction(name.ValueText) ? "a flow operation"
            : context.Library.Inherited(context.Kind).TryGetValue(name.ValueText, out var member)
                ? $"a member of its base class, {member}"
            : null;
        if (what is not null)
        {
            Taken(context, name, Owner(context), what);
        }

        return what is null;
    }

    /// <summary>The names of the members that are emitted into a class.</summary>
    private static HashSet<string> EmittedIn(DeclarationContext context)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "Declare", "RegisterLayers", Forward };
        if (context.Kind == DeclarationKind.Model)
        {
            names.Add("Base");
            if (!TakesRecord(context))
            {
                names.Add("Size");
            }
        }

        return names;
    }

    /// <summary>Whether the model takes a record of the user's own, so that none is emitted.</summary>
    private static bool TakesRecord(DeclarationContext context) => context.Type.InstanceConstructors
        .Any(static constructor => constructor.Parameters is [var only] && RecordParser.IsRecord(only));

    private static bool IsTaken(MethodDeclarationSyntax method) => method.Identifier.ValueText == Forward
        ? !method.Modifiers.Any(SyntaxKind.OverrideKeyword) && method.TypeParameterList is null
            && method.ParameterList.Parameters.All(static parameter => parameter.Type?.ToString() is "Tensor" or "torch.Tensor")
        : TakenFromMethods.Contains(method.Identifier.ValueText);

    /// <summary>Whether a member holds the parameter of its name, <c>private readonly int width = width;</c>.</summary>
    private static bool Keeps(SyntaxToken name, MemberDeclarationSyntax member)
    {
        var value = member switch
        {
            PropertyDeclarationSyntax property => property.Initializer?.Value,
            FieldDeclarationSyntax field => field.Declaration.Variables
                .FirstOrDefault(variable => variable.Identifier == name)?.Initializer?.Value,
            _ => null,
        };
        return value is IdentifierNameSyntax { Identifier.ValueText: var held } && held == name.ValueText;
    }

    private static IEnumerable<(SyntaxToken Name, MemberDeclarationSyntax Member)> Members(DeclarationContext context) =>
        context.Parts.SelectMany(static part => part.Members).SelectMany(static member => member switch
        {
            PropertyDeclarationSyntax property => [(property.Identifier, member)],
            MethodDeclarationSyntax method => [(method.Identifier, member)],
            BaseTypeDeclarationSyntax type => [(type.Identifier, member)],
            DelegateDeclarationSyntax type => [(type.Identifier, member)],
            EventDeclarationSyntax @event => [(@event.Identifier, member)],
            BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => (variable.Identifier, member)),
            _ => Enumerable.Empty<(SyntaxToken, MemberDeclarationSyntax)>(),
        });

    private static string Owner(DeclarationContext context) => $" of '{context.Type.Name}'";

    private static void Taken(DeclarationContext context, SyntaxToken name, string owner, string what) =>
        context.Findings.Add(Descriptors.NameTaken, name.GetLocation(), name.ValueText, owner, what);
}
