using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Usage;

/// <summary>Dispose scopes and gradient modes that are open while a method waits (SUP507). They belong to a thread.</summary>
internal static class AwaitUse
{
    private static readonly HashSet<string> OfOneThread = new(StringComparer.Ordinal)
    {
        "NewDisposeScope", "no_grad", "enable_grad", "set_grad_enabled", "inference_mode",
    };

    /// <summary>The innermost scope around an await, in the same method or lambda.</summary>
    public static void Check(IAwaitOperation wait, Action<Diagnostic> report)
    {
        if (wait.Syntax is not AwaitExpressionSyntax syntax)
        {
            return;
        }

        for (IOperation inner = wait;
            inner.Parent is { } outer and not (IAnonymousFunctionOperation or ILocalFunctionOperation);
            inner = outer)
        {
            var opened = outer switch
            {
                IUsingOperation statement when inner == statement.Body => Opened(statement.Resources),
                IBlockOperation block => block.Operations
                    .TakeWhile(operation => operation != inner)
                    .OfType<IUsingDeclarationOperation>()
                    .Select(static declaration => Opened(declaration.DeclarationGroup))
                    .LastOrDefault(static name => name is not null),
                _ => null,
            };
            if (opened is not null)
            {
                report(Diagnostic.Create(Descriptors.ScopeAcrossAwait, syntax.AwaitKeyword.GetLocation(), opened));
                return;
            }
        }
    }

    private static string? Opened(IOperation resources) => resources.DescendantsAndSelf().OfType<IInvocationOperation>()
        .Where(static call => OfOneThread.Contains(call.TargetMethod.Name) && Torch.Is(call.TargetMethod.ContainingType, "torch"))
        .Select(static call => UserSyntax.OneLine(call.Syntax)).FirstOrDefault();
}
