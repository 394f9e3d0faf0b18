using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about the form of a declaration.</summary>
internal static partial class Descriptors
{
    private const string Form = "SuParDsl.Form";

    public static readonly DiagnosticDescriptor NotPartial = Error(
        "SUP001", Form, "Model or block is not partial",
        "'{0}' is marked [{1}] but is not partial, so its other half cannot be generated (write: partial class {0})");

    public static readonly DiagnosticDescriptor ContainerNotPartial = Error(
        "SUP002", Form, "Containing type is not partial",
        "'{0}' contains '{1}', which is marked [{2}], but is not partial (write: partial class {0})");

    public static readonly DiagnosticDescriptor NotAnInstanceClass = Error(
        "SUP003", Form, "Model or block is not an ordinary class",
        "'{0}' is marked [{1}] but is {2} (make it an ordinary partial class)");

    public static readonly DiagnosticDescriptor Generic = Error(
        "SUP004", Form, "Model or block is generic",
        "'{0}' is marked [{1}] but is generic (write a separate class for each type argument)");

    public static readonly DiagnosticDescriptor NoPrimaryConstructor = Error(
        "SUP005", Form, "Model or block has no primary constructor",
        "'{0}' has no primary constructor, so its sizes cannot be analyzed "
        + "(move its constructor's parameters to the type: partial class {0}(…))");

    public static readonly DiagnosticDescriptor ModelAndBlock = Error(
        "SUP006", Form, "Both [Model] and [Block]",
        "'{0}' is marked [Model] and [Block] (remove one: a model states base sizes, a block takes them from its model)");

    public static readonly DiagnosticDescriptor ForeignBase = Error(
        "SUP007", Form, "Model or block has a base class",
        "'{0}' derives from '{1}', but its base class is generated (remove ': {1}' and use composition instead)");

    public static readonly DiagnosticDescriptor ModelInsideModel = Error(
        "SUP008", Form, "Model inside a model",
        "'{0}' is a [Model] used as a layer of '{1}', but only the outermost model draws masks and weights "
        + "(mark '{2}' as a [Block])");

    public static readonly DiagnosticDescriptor NoFlow = Error(
        "SUP009", Form, "Neither Flow nor forward",
        "'{0}' does not define how its layers are connected (add: [Flow] Tensor Flow(Tensor x) => x{1};)");

    public static readonly DiagnosticDescriptor FlowAndForward = Error(
        "SUP010", Form, "Both Flow and forward",
        "'{0}' has a [Flow] method and its own forward (remove one: forward is generated from the flow)");

    public static readonly DiagnosticDescriptor SecondFlow = Error(
        "SUP011", Form, "More than one Flow",
        "'{0}' already has the [Flow] method '{1}' (remove one of them)");

    public static readonly DiagnosticDescriptor FlowSignature = Error(
        "SUP012", Form, "Flow has an unsupported signature",
        "'{0}' {1} ({2})");

    public static readonly DiagnosticDescriptor NotInPlace = Error(
        "SUP013", Form, "Layer is not constructed in place",
        "'{0}' {1}, so its sizes cannot be read (write: public {2} {0} {{ get; }} = new({3});)");

    public static readonly DiagnosticDescriptor InCollection = Error(
        "SUP014", Form, "Layers in a collection",
        "'{0}' holds layers in a {1}, where they have neither names nor roles (use Repeat<{2}>)");

    public static readonly DiagnosticDescriptor Conflicting = Error(
        "SUP015", Form, "Conflicting attributes",
        "'{0}' is marked {1} (remove one of them)");

    public static readonly DiagnosticDescriptor NoEffect = Warning(
        "SUP016", Form, "Attribute has no effect here",
        "[{0}] has no effect on '{1}': {2} ({3})");

    public static readonly DiagnosticDescriptor ContainsItself = Error(
        "SUP018", Form, "Block contains itself",
        "'{0}' is a {1}, which contains '{2}' again, so the nesting never ends (remove one of these layers)");

    public static readonly DiagnosticDescriptor NameTaken = Error(
        "SUP019", Form, "Name collides with a member of the generated half",
        "'{0}'{1} has the name of {2} (rename it)");

    public static readonly DiagnosticDescriptor UnreadableRecord = Error(
        "SUP020", Form, "Record of sizes cannot be read",
        "'{0}' of '{1}' {2} ({3})");

    public static readonly DiagnosticDescriptor OutOfReach = Error(
        "SUP021", Form, "Generated code cannot access this",
        "'{0}' of '{1}' {2} ({3})");
}
