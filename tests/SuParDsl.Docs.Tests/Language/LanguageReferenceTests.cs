using SuParDsl.Docs.Tests.Pages;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Tests;

namespace SuParDsl.Docs.Tests.Language;

/// <summary>
/// The reference under docs/language has every operation, layer and attribute, each with an example that
/// <see cref="CompiledPageTests"/> compiles, and its tables agree with the code. SUPAR_UPDATE_PAGES=1 writes the tables
/// again.
/// </summary>
public sealed class LanguageReferenceTests
{
    private const string Flow = "docs/language/flow.md", Layers = "docs/language/layers.md",
        Attributes = "docs/language/attributes.md", Namespaces = "docs/language/namespaces.md";

    [Fact]
    public void The_generator_reads_the_operations_that_the_runtime_declares() => Assert.Equal(
        OperationTable.Names.Order(StringComparer.Ordinal), FlowOpTable.All.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_operation_has_an_example()
    {
        var examples = new Examples(Flow);
        Assert.All(OperationTable.Names, name => Assert.True(examples.Of(name) is not null, $"{Flow} has no example of {name}"));
    }

    [Fact]
    public void Every_layer_has_an_example()
    {
        var examples = new Examples(Layers);
        Assert.All(
            LayerTable.All.Select(static layer => layer.Name).Append(LayerTable.Repeat),
            name => Assert.True(examples.Of(name) is not null, $"{Layers} has no example of {name}"));
    }

    [Fact]
    public void Every_attribute_has_an_example()
    {
        var examples = new Examples(Attributes);
        Assert.All(
            AttributeRows.Attributes.Select(AttributeRows.NameOf),
            name => Assert.True(examples.OfAttribute(name) is not null, $"{Attributes} has no example of [{name}]"));
    }

    [Fact]
    public void Tables_of_operations_say_what_the_code_says()
    {
        var (page, examples) = (Documentation.Read(Flow), new Examples(Flow));
        page = GeneratedPage.WithRegion(page, "activations", OperationTable.OfActivations(examples));
        Documentation.Check(Flow, GeneratedPage.WithRegion(page, "operations", OperationTable.OfCalls(examples)));
    }

    [Fact]
    public void Tables_of_layers_say_what_the_code_says()
    {
        var page = GeneratedPage.WithRegion(Documentation.Read(Layers), "layers", LayerRows.OfLayers(new Examples(Layers)));
        Documentation.Check(Layers, GeneratedPage.WithRegion(page, "tensors", LayerRows.OfTensors()));
    }

    [Fact]
    public void Tables_of_attributes_say_what_the_code_says()
    {
        var page = GeneratedPage.WithRegion(
            Documentation.Read(Attributes), "attributes", AttributeRows.OfAttributes(new Examples(Attributes)));
        page = GeneratedPage.WithRegion(page, "options", AttributeRows.OfOptions());
        Documentation.Check(Attributes, GeneratedPage.WithRegion(page, "values", AttributeRows.OfValues()));
    }

    [Fact]
    public void Every_public_type_is_in_a_namespace_whose_purpose_is_documented()
    {
        var page = GeneratedPage.WithRegion(Documentation.Read(Namespaces), "library", NamespaceTable.OfLibrary());
        Documentation.Check(Namespaces, GeneratedPage.WithRegion(page, "lab", NamespaceTable.OfLab()));
    }
}
