using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>A module of another library that <c>[Foreign]</c> admits to the flow.</summary>
/// <param name="In">The size of the last axis that it takes.</param>
/// <param name="Out">The size of the last axis that it gives.</param>
/// <param name="Role">The role of its matrices.</param>
/// <param name="PerPosition">Whether it is said to treat each position by itself.</param>
internal sealed record ExternalModule(Parameter In, Parameter Out, Role Role, bool PerPosition);

/// <summary>Reads <c>[Foreign]</c>; without it a module's parameters would be in no group.</summary>
internal static class ExternalModuleParser
{
    public static ExternalModule? Read(DeclarationContext context, Location location, IPropertySymbol symbol)
    {
        var external = KnownNames.Find(symbol, KnownNames.Foreign);
        if (external is not { ConstructorArguments: [{ Value: string from }, { Value: string to }] })
        {
            context.Findings.Add(
                Descriptors.ExternalModule, location, symbol.Name, symbol.Type.Name, "which declares no tensors");
            return null;
        }

        var place = KnownNames.LocationOf(external, context.Cancellation);
        foreach (var name in new[] { from, to })
        {
            if (context.Find(name) is not { IsExtent: true })
            {
                context.Findings.Add(Descriptors.ExternalModule, place, symbol.Name, symbol.Type.Name,
                    $"whose '{name}' is not a size of '{context.Type.Name}'");
                return null;
            }
        }

        var stated = KnownNames.EnumMember(external, "Role");
        if (stated is null || !Enum.TryParse(stated.Member, out Role role) || role == Role.Output)
        {
            var why = stated is null ? "whose role is not stated"
                : "whose role needs a multiplier in forward, which only a layer of SuParDsl has";
            context.Findings.Add(Descriptors.ExternalModule, place, symbol.Name, symbol.Type.Name, why);
            return null;
        }

        return new(context.Find(from)!, context.Find(to)!, role, KnownNames.IsPerPosition(external));
    }
}
