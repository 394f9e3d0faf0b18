using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Layers;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>The names of a flow: its input and locals as last assigned, and the class's layers.</summary>
internal sealed class FlowScope(DeclarationContext context, ImmutableArray<Layer> layers)
{
    private readonly ILookup<string, Layer> layers = layers.ToLookup(static layer => layer.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, Definition> current = new(StringComparer.Ordinal);
    private readonly List<Definition> definitions = [];

    public ImmutableHashSet<string> Names => [.. definitions.Select(static d => d.Name)];

    public void Define(string name, FlowNode value, Location location, bool isLocal)
    {
        var definition = new Definition(name, value, location, isLocal);
        current[name] = definition;
        definitions.Add(definition);
    }

    public bool IsDefined(string name) => current.ContainsKey(name);

    public bool IsTensor(string name) => current.TryGetValue(name, out var definition) && definition.Value is not ScalarNode;

    public bool IsLocal(string name) => current[name].IsLocal;

    public FlowNode? Read(string name)
    {
        if (!current.TryGetValue(name, out var definition))
        {
            return null;
        }

        definition.IsRead = true;
        return definition.Value;
    }

    public Layer? Layer(string name) => current.ContainsKey(name) ? null : layers[name].FirstOrDefault();

    /// <summary>Reports values that nothing reads (SUP121).</summary>
    public void ReportUnused()
    {
        foreach (var definition in definitions
            .Where(static d => !d.IsRead && (d.IsLocal || d.Value is not InputNode) && d.Value is not UnknownNode))
        {
            context.Findings.Add(Descriptors.UnusedValue, definition.Location, definition.Name);
        }
    }

    private sealed class Definition(string name, FlowNode value, Location location, bool isLocal)
    {
        public string Name { get; } = name;

        public FlowNode Value { get; } = value;

        public Location Location { get; } = location;

        public bool IsLocal { get; } = isLocal;

        public bool IsRead { get; set; }
    }
}
