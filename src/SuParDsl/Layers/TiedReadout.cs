using SuParDsl.Parameterization;

using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The readout over an embedding's own table: logits = x·Wᵀ/m_d. It has no parameters of its own.</summary>
public sealed class TiedReadout : Layer
{
    private readonly Embedding table;
    private double forwardMultiplier = 1;

    internal TiedReadout(Embedding table) => this.table = table;

    internal void Declare(ParameterScope scope, Extent width, Extent count)
    {
        Declare(scope);
        var role = RuleTable.RoleOf(fanInScales: width.Scales, fanOutScales: count.Scales);
        forwardMultiplier = RuleTable.Of(scope.Rule, role, Quantity.Forward).At(width.Multiplier, count.Multiplier, 1);
    }

    /// <summary>… width → … count.</summary>
    public override Tensor forward(Tensor input)
    {
        _ = Place;
        if (forwardMultiplier == 1)
        {
            return nn.functional.linear(input, table.weight);
        }

        // Scale before the product, because the features are smaller than the logits.
        using var scope = NewDisposeScope();
        return nn.functional.linear(Functional.Multiply(input, forwardMultiplier), table.weight).MoveToOuterDisposeScope();
    }
}
