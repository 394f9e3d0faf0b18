using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Cures;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Reads the statements of a flow and binds its names. Before generation blocks have no base class, so names are resolved here
/// and not by C#.
/// </summary>
internal sealed class FlowParser
{
    private readonly DeclarationContext context;
    private readonly FlowScope scope;
    private readonly FlowExpressions expressions;
    private readonly ImmutableArray<FlowStep>.Builder steps = ImmutableArray.CreateBuilder<FlowStep>();

    private FlowParser(DeclarationContext context, FlowScope scope)
    {
        this.context = context;
        this.scope = scope;
        expressions = new(context, scope);
    }

    public static FlowTree Parse(DeclarationContext context, MethodDeclarationSyntax method, ImmutableArray<Layer> layers) =>
        new FlowParser(context, new(context, layers)).Run(method);

    private FlowTree Run(MethodDeclarationSyntax method)
    {
        var inputs = ImmutableArray.CreateBuilder<InputNode>();
        foreach (var parameter in method.ParameterList.Parameters)
        {
            var name = parameter.Identifier;
            var input = new InputNode(UserSyntax.Escape(name.ValueText), parameter);
            inputs.Add(input);
            scope.Define(name.ValueText, input, name.GetLocation(), isLocal: false);
        }

        var result = default(ImmutableArray<FlowNode>);
        if (method.ExpressionBody is { } body)
        {
            result = Return(body.Expression, body.Expression);
        }
        else
        {
            foreach (var statement in method.Body?.Statements ?? [])
            {
                context.Cancellation.ThrowIfCancellationRequested();
                result = Statement(statement);
                if (!result.IsDefault)
                {
                    break;
                }
            }
        }

        if (result.IsDefault)
        {
            result = [new UnknownNode()];
            context.Findings.MarkIncomplete();
        }

        scope.ReportUnused();
        return new(method.SyntaxTree, inputs.ToImmutable(), steps.ToImmutable(), result, scope.Names);
    }

    private ImmutableArray<FlowNode> Statement(StatementSyntax statement)
    {
        switch (statement)
        {
            case ReturnStatementSyntax { Expression: { } value }:
                return Return(statement, value);
            case LocalDeclarationStatementSyntax local:
                if (local.UsingKeyword.RawKind != 0)
                {
                    expressions.Refuse(local, StatementCures.Of(local));
                }

                foreach (var variable in local.Declaration.Variables)
                {
                    Declare(local.Declaration.Type, variable);
                }

                return default;
            case ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment }:
                Assign(assignment);
                return default;
            case EmptyStatementSyntax:
                return default;
            default:
                expressions.Refuse(statement, StatementCures.Of(statement));
                return default;
        }
    }

    private ImmutableArray<FlowNode> Return(SyntaxNode place, ExpressionSyntax expression)
    {
        ImmutableArray<FlowNode> values = UserSyntax.Unwrap(expression) is TupleExpressionSyntax tuple
            ? [.. tuple.Arguments.Select(argument => expressions.Tensor(argument.Expression))]
            : [expressions.Tensor(expression)];
        steps.Add(new FlowStep.Return(place.Span, values));
        return values;
    }

    private void Declare(TypeSyntax type, VariableDeclaratorSyntax variable)
    {
        if (variable.Initializer is not { } initializer)
        {
            expressions.Refuse(variable, "a local variable must have an initial value", "declare it where its value is known");
            scope.Define(variable.Identifier.ValueText, new UnknownNode(), variable.Identifier.GetLocation(), isLocal: true);
            return;
        }

        // A number keeps the type that it was given: double s = 1 divides differently from int.
        var value = expressions.Any(initializer.Value);
        var typeName =
            value is ScalarNode && !type.IsVar && context.ModelOf(type).GetTypeInfo(type, context.Cancellation).Type is { } stated
            ? stated.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)
            : "var";
        Store(variable, variable.Identifier, value, typeName);
    }

    private void Assign(AssignmentExpressionSyntax assignment)
    {
        switch (assignment.Left)
        {
            case DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax designation }
                when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression):
                Split(assignment, [.. designation.Variables
                    .Select(static v => (v as SingleVariableDesignationSyntax)?.Identifier)], isDeclaration: true);
                break;
            case TupleExpressionSyntax tuple when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression)
                && tuple.Arguments.All(a => a.Expression is IdentifierNameSyntax name
                    && (name.Identifier.ValueText == "_" || scope.IsTensor(name.Identifier.ValueText))):
                Split(assignment, [.. tuple.Arguments
                    .Select(static a => (SyntaxToken?)((IdentifierNameSyntax)a.Expression).Identifier)], isDeclaration: false);
                break;
            case IdentifierNameSyntax name when scope.IsDefined(name.Identifier.ValueText):
                Store(assignment, name.Identifier, expressions.Assigned(assignment, name), type: null);
                break;
            default:
                expressions.Refuse(
                    assignment.Left, "only local variables and the input can be assigned", "assign to a local variable");
                break;
        }
    }

    private void Split(AssignmentExpressionSyntax assignment, ImmutableArray<SyntaxToken?> names, bool isDeclaration)
    {
        var value = expressions.Parts(assignment.Right);
        if (value is PartsNode { Count: var count } && count != names.Length)
        {
            value = expressions.Refuse(
                assignment.Left, $"it has {Rational.Text(count)} parts", "give each part a name, or _", value);
        }

        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] is { } name && name.ValueText != "_")
            {
                FlowNode part = value is PartsNode several ? new PartNode(several, i) : new UnknownNode();
                scope.Define(name.ValueText, part, name.GetLocation(), isLocal: true);
            }
        }

        steps.Add(value is not PartsNode parts ? new FlowStep.Unknown(assignment.Span, value) : new FlowStep.Split(
            assignment.Span,
            [.. names.Select(static t => t is { ValueText: not "_" and var name } ? UserSyntax.Escape(name) : string.Empty)],
            isDeclaration,
            parts));
    }

    private void Store(SyntaxNode place, SyntaxToken target, FlowNode value, string? type)
    {
        var name = target.ValueText;
        scope.Define(name, value, target.GetLocation(), isLocal: type is not null || scope.IsLocal(name));
        steps.Add(new FlowStep.Assign(place.Span, UserSyntax.Escape(name), type, value));
    }
}
