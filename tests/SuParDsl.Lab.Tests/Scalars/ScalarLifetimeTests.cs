using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;

namespace SuParDsl.Lab.Tests.Scalars;

/// <summary>
/// TorchSharp passes the handle of a <see cref="Scalar"/> to native code and does not keep the object alive, and the
/// object's finalizer frees the handle. A scalar must therefore outlive the call that reads it. The tests check the
/// compiled code of the library, the lab and the examples, including the code that is emitted for them.
/// </summary>
public class ScalarLifetimeTests
{
    private static readonly ImmutableArray<OpCode> Keeping =
    [
        OpCodes.Stloc, OpCodes.Stloc_S, OpCodes.Stloc_0, OpCodes.Stloc_1, OpCodes.Stloc_2, OpCodes.Stloc_3, OpCodes.Stfld,
        OpCodes.Stsfld,

        // The only constructors that receive a scalar are those of tuples. A jump goes from one arm of a conditional to the
        // instruction that stores its value.
        OpCodes.Newobj, OpCodes.Br_S,
    ];

    // The methods of TorchSharp that create a scalar inside, or call one that does.
    private static readonly Lazy<HashSet<string>> Unsafe = new(static () =>
    {
        var byCallee = MethodCalls.Of(typeof(torch).Assembly)
            .Where(static call => !call.Caller.StartsWith("TorchSharp.Scalar", StringComparison.Ordinal))
            .ToLookup(static call => MakesNumber(call.Callee) ? "a number" : call.Callee, static call => call.Caller);
        var found = new HashSet<string>();
        var waiting = new Queue<string>(byCallee["a number"]);
        while (waiting.TryDequeue(out var method))
        {
            if (found.Add(method))
            {
                foreach (var caller in byCallee[method])
                {
                    waiting.Enqueue(caller);
                }
            }
        }

        return found;
    });

    public static TheoryData<Type> Assemblies => [
        typeof(Model), typeof(UserException), typeof(NanoGpt.Gpt), typeof(Gqa.Llama), typeof(Digits.Mlp), typeof(Digits.Vit),
        typeof(Digits.ResNet)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Every_number_outlives_the_call_that_reads_it(Type any)
    {
        // A flow is never run, because its forward is emitted.
        var calls = MethodCalls.Of(any.Assembly).Where(static call => !call.Caller.Contains("::Flow(", StringComparison.Ordinal))
            .ToList();
        Assert.True(calls.Count > 10);
        var temporary = calls.Where(static call => MakesNumber(call.Callee) && !IsKept(call))
            .Select(static call => $"{call.Caller} keeps no number");
        var inside = calls.Where(static call => Unsafe.Value.Contains(call.Callee))
            .Select(static call => $"{call.Caller} calls {call.Callee}");
        Assert.Empty(temporary.Concat(inside));
    }

    [Fact]
    public void Such_calls_are_found()
    {
        Assert.Contains("TorchSharp.torch.Tensor::op_Addition(TorchSharp.torch.Tensor,TorchSharp.torch.Tensor)", Unsafe.Value);
        Assert.Contains("TorchSharp.torch.Tensor::op_Multiply(TorchSharp.torch.Tensor,Double)", Unsafe.Value);
        Assert.DoesNotContain(
            "TorchSharp.torch.Tensor::op_Multiply(TorchSharp.torch.Tensor,TorchSharp.torch.Tensor)", Unsafe.Value);
        var here = MethodCalls.Of(Assembly.GetExecutingAssembly());
        Assert.False(IsKept(Assert.Single(
            here, static call => MakesNumber(call.Callee) && call.Caller.Contains(nameof(Temporary), StringComparison.Ordinal))));
        Assert.All(
            here.Where(
                static call => MakesNumber(call.Callee) && call.Caller.Contains("::" + nameof(Kept), StringComparison.Ordinal)),
            static call => Assert.True(IsKept(call)));
    }

    internal static torch.Tensor Temporary(torch.Tensor x) => x.mul(0.5);

    internal static torch.Tensor Kept(torch.Tensor x)
    {
        using var half = 0.5.ToScalar();
        return Functional.Multiply(x.mul(half), 2);
    }

    private static bool MakesNumber(string method) =>
        method.StartsWith("TorchSharp.Scalar::op_Implicit(", StringComparison.Ordinal)
            || method.StartsWith("TorchSharp.ScalarExtensionMethods::ToScalar(", StringComparison.Ordinal)
            || method.StartsWith("TorchSharp.ScalarExtensionMethods::ToBFloat16Scalar(", StringComparison.Ordinal);

    // A scalar is kept in a variable, a field, or a tuple that becomes one, or as an argument of Functional's arithmetic,
    // which keeps it.
    private static bool IsKept(MethodCall call) =>
        Keeping.Contains(call.Next) || call.NextCallee.StartsWith("SuParDsl.Functional::", StringComparison.Ordinal);
}
