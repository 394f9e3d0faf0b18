using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Parsing.Symbols;

/// <summary>
/// The members that a declaration inherits from its emitted base class, read from that class: before generation C# does not
/// see them, afterwards they come before a parameter of the same name.
/// </summary>
internal static class InheritedNames
{
    /// <summary>Each name with the member that has it, as <c>Module.training</c>.</summary>
    public static ImmutableDictionary<string, string> Of(Compilation compilation, string baseType)
    {
        var names = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var type = compilation.GetTypeByMetadataName(baseType); type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member.CanBeReferencedByName && IsSeen(member, compilation.Assembly) && !names.ContainsKey(member.Name))
                {
                    names.Add(member.Name, $"{type.Name}.{member.Name}");
                }
            }
        }

        return names.ToImmutable();
    }

    /// <summary>Whether a class of an assembly that derives from the member's sees it.</summary>
    private static bool IsSeen(ISymbol member, IAssemblySymbol assembly) => member.DeclaredAccessibility switch
    {
        Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal => true,
        Accessibility.Internal or Accessibility.ProtectedAndInternal =>
            member.ContainingAssembly.GivesAccessTo(assembly),
        _ => false,
    };
}
