using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ArgumentKind = Microsoft.CodeAnalysis.Operations.ArgumentKind;

namespace SuParDsl.Generators.Usage;

/// <summary>A call of TorchSharp that does something other than its name says.</summary>
/// <param name="Names">The methods.</param>
/// <param name="Owner">The type that declares them, from <c>torch</c> inwards; empty for any module.</param>
/// <param name="Applies">Which calls are meant.</param>
/// <param name="Does">What the call does.</param>
/// <param name="Write">What to write instead.</param>
internal sealed record TorchSurprise(
    string[] Names, string[] Owner, Func<IInvocationOperation, bool> Applies, string Does, string Write);

/// <summary>Behavior that was observed of TorchSharp 0.107.0; <c>docs/torchsharp.md</c> has the complete list.</summary>
internal static class TorchSurprises
{
    private static readonly string[] Functional = ["torch", "nn", "functional"], Init = ["torch", "nn", "init"],
        Modules = ["torch", "nn"], Tensor = ["torch", "Tensor"], Root = ["torch"];

    public static TorchSurprise[] All { get; } =
    [
        new(["trunc_normal_"], Init, DrawsForItself, "fills the tensor with the constant std",
            "draw with normal_(0, std) and clamp_(-2 * std, 2 * std)"),
        new(["xavier_normal_", "glorot_normal_"], Init, DrawsForItself, "draws from a uniform distribution",
            "write normal_ with std = gain * Math.Sqrt(2.0 / (fanIn + fanOut)), "
            + "or xavier_uniform_ if a uniform distribution is meant"),
        new(["normal_", "uniform_"], Init, static call => DrawsForItself(call) && Given(call, "generator"),
            "ignores its generator", "call torch.manual_seed before it, or the tensor's own method with the generator"),
        new(["hardtanh"], Functional, static call => !IsConstant(call, "inplace", true), "returns its input unclamped",
            "write clamp(min, max)"),
        new(["hardtanh"], Tensor, Always, "returns its input unclamped", "write clamp(min, max)"),
        new(["Hardtanh"], Modules, static call => !IsConstant(call, "inplace", true),
            "makes a module that returns its input unclamped", "write clamp(min, max)"),
        new(["GroupNorm"], Modules, static call => !IsConstant(call, "affine", false) && !FillsWithOnes(call),
            "leaves its weight and bias uninitialized", "call torch.nn.init.ones_ on its weight and zeros_ on its bias"),
        new(["kl_div"], Functional, static call => !Given(call, "log_target"), "takes the target as log probabilities by default",
            "pass log_target: true or false"),
        new(["KLDivLoss"], Modules, static call => !Given(call, "log_target"), "takes the target as log probabilities by default",
            "pass log_target: true or false"),
        new(["gaussian_nll_loss"], Functional, Always, "gives the variance no gradient and sums over features", Gaussian),
        new(["GaussianNLLLoss"], Modules, Always, "gives the variance no gradient and sums over features", Gaussian),
        new(["hinge_embedding_loss"], Functional, static call => !Given(call, "margin"),
            "has a margin of 0 by default, PyTorch 1", "pass the margin"),
        new(["nanmean"], Root, Always, "always throws", NanMean),
        new(["nanmean"], Tensor, Always, "always throws", NanMean),
        new(["norm"], Tensor, static call => IsSmallOrder(call, "dim"), Axis,
            "write 1f or 2f for the order, or dim: for the axis"),
        new(["norm"], Root, static call => IsSmallOrder(call, "dimension"), Axis,
            "write 1f or 2f for the order, or dimension: for the axis"),
        new(["forward"], [], static call => !IsOnBase(call),
            "runs no hooks, and without them a [Contract] readout has no multiplier", "write call"),
        new(["save"], [], Always, "overwrites the file in place, so an error loses the earlier one, and saves no multipliers",
            "use ModelCheckpoint.Save"),
        new(["load"], [], Always, "does not compare multipliers, so it accepts weights that were trained with other ones",
            "use ModelCheckpoint.Load"),
        new(["Sequential"], Modules, HoldsLayer, WithoutMasks, "save and load the model itself"),
        new(["append"], ["Sequential"], HoldsLayer, WithoutMasks, "save and load the model itself"),
    ];

    private const string WithoutMasks = "saves and loads a model's layers without their masks",
        Gaussian = "write 0.5 * (variance.log() + (input - target).pow(2) / variance)",
        NanMean = "write x.nansum() / x.isnan().logical_not().sum()",
        Axis = "takes the integer as an axis and not as the norm's order";

    private static bool Always(IInvocationOperation call) => true;

    // SUP321 already reports methods that draw a model's own weights anew.
    private static bool DrawsForItself(IInvocationOperation call) =>
        !call.Arguments.Any(static argument => Torch.WeightOf(argument.Value) is not null);

    // The value itself, or the elements of an array or of a tuple of a name and a value.
    private static bool HoldsLayer(IInvocationOperation call) => call.Arguments.Any(static argument => Parts(argument.Value).Any(
        static part => Torch.IsLayer(part.Type)));

    private static IEnumerable<IOperation> Parts(IOperation value) => value
        is IConversionOperation or ITupleOperation or IArrayCreationOperation or IArrayInitializerOperation
            or ICollectionExpressionOperation
        ? value.ChildOperations.SelectMany(Parts)
        : [value];

    private static bool IsOnBase(IInvocationOperation call) =>
        call.Instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };

    // The class that creates the norm follows the remedy somewhere.
    private static bool FillsWithOnes(IInvocationOperation call) =>
        call.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
        && type.DescendantNodes().OfType<IdentifierNameSyntax>().Any(static name => name.Identifier.ValueText == "ones_");

    private static bool Given(IInvocationOperation call, string parameter) =>
        Argument(call, parameter) is { ArgumentKind: ArgumentKind.Explicit };

    private static bool IsConstant(IInvocationOperation call, string parameter, bool value) =>
        Argument(call, parameter)?.Value.ConstantValue is { HasValue: true, Value: bool constant } && constant == value;

    // A named argument says that an axis is meant.
    private static bool IsSmallOrder(IInvocationOperation call, string parameter) =>
        Argument(call, parameter) is { Syntax: ArgumentSyntax { NameColon: null } } argument
        && argument.Value.ConstantValue is { HasValue: true, Value: 1 or 2 };

    private static IArgumentOperation? Argument(IInvocationOperation call, string parameter) =>
        call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter);
}
