using System.Collections;
using System.ComponentModel;
using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A mixture of experts: a router chooses, for each position, <c>active</c> of <c>count</c> blocks, and the output is the sum of
/// theirs times their gates. Only the chosen blocks compute. Expert i is named <c>i</c>, and the router is named <c>router</c>.
/// </summary>
/// <remarks>
/// The gates are the softmax of the chosen logits, which is the softmax of all logits, renormalised over the chosen ones
/// (arXiv 2401.04088). A single gate would then always be 1 and the router would have no gradient, so that with one active expert
/// the gate is the logit's sigmoid. In training, the layer also computes the load-balancing loss of the Switch Transformer
/// (arXiv 2101.03961, equations 4 to 6), balance·count·Σ fᵢ·Pᵢ, where fᵢ is the fraction of choices that fall on expert i and Pᵢ
/// its mean probability. <see cref="AuxiliaryLosses.AddAuxiliaryLoss"/> adds it to the loss.
/// </remarks>
/// <typeparam name="TBlock">The type of an expert: a block that maps vectors of one size to vectors of the same size.</typeparam>
public sealed class Experts<TBlock> : Layer, IReadOnlyList<TBlock>, IRoutedLayer where TBlock : nn.Module
{
    private readonly TBlock[] blocks;
    private readonly int active;
    private readonly int width;
    private readonly double balance;
    private readonly List<Tensor> pending = [];

    /// <summary>Creates the router and the experts.</summary>
    /// <param name="count">The number of experts, at least 1.</param>
    /// <param name="active">The number of experts for each position, from 1 to <paramref name="count"/>.</param>
    /// <param name="width">The size of the vectors that are routed.</param>
    /// <param name="make">Creates one expert.</param>
    /// <param name="balance">The factor on the load-balancing loss, at least 0; at 0 there is none.</param>
    /// <exception cref="SizeException">
    /// A number is outside its range, or there are so many experts that they cannot fit into memory.
    /// </exception>
    public Experts(int count, int active, int width, Func<TBlock> make, double balance = 0.01)
    {
        var name = $"Experts<{typeof(TBlock).Name}>";
        Positive(count, nameof(count), name);
        Positive(active, nameof(active), name);
        Positive(width, nameof(width), name);
        if (active > count)
        {
            throw new SizeException($"{name} activates {active} of {count} experts: it must be at most {count} (SUP118)");
        }

        if (!(balance >= 0) || double.IsInfinity(balance))
        {
            throw new SizeException($"balance of {name} is {balance}: it must be a finite number, at least 0");
        }

        (this.active, this.width, this.balance) = (active, width, balance);
        Router = new(width, count, bias: false);
        register_module("router", Router);
        blocks = NumberedBlocks.Create(this, count, _ => make(), name);
    }

    /// <summary>The linear map from vectors to one logit for each expert.</summary>
    public Linear Router { get; }

    /// <inheritdoc/>
    public int Count => blocks.Length;

    /// <inheritdoc/>
    public TBlock this[int index] => blocks[index];

    bool IRoutedLayer.RunsAll { get; set; }

    bool IRoutedLayer.HasLoss => pending.Count > 0;

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent count, Extent width, Action<TBlock, ParameterScope> declare)
    {
        Declare(scope);

        // Logits are compared and never summed over, so that the router is a readout even if the number of experts grows.
        Router.Declare(scope.Routed(count).Child("router").Dense(), width, count);
        for (var i = 0; i < blocks.Length; i++)
        {
            declare(blocks[i], scope.Routed(count).Child(i.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>… width → … width.</summary>
    public override Tensor forward(Tensor input)
    {
        RequireWidth(input);
        using var scope = NewDisposeScope();
        var positions = input.reshape(-1, width);
        var logits = Router.call(positions);
        var (values, chosen) = logits.topk(active, -1);
        var gates = active == 1 ? values.sigmoid() : values.softmax(-1);
        var counts = chosen.reshape(-1).bincount(null, Count); // How often each expert is chosen.
        if (training && balance > 0 && logits.requires_grad && chosen.numel() > 0)
        {
            pending.Add(LoadBalance(logits, Functional.Divide(counts.to(logits.dtype), chosen.numel())).DetachFromDisposeScope());
        }

        var output = ((IRoutedLayer)this).RunsAll
            ? OfAll(positions, zeros_like(logits).scatter(-1, chosen, gates))
            : OfChosen(positions, chosen, counts, gates);
        return output.reshape(input.shape).MoveToOuterDisposeScope();
    }

    Tensor? IRoutedLayer.TakeLoss()
    {
        if (pending.Count == 0)
        {
            return null;
        }

        using var all = stack(pending);
        var sum = all.sum();
        ((IRoutedLayer)this).DropLoss();
        return sum;
    }

    void IRoutedLayer.DropLoss()
    {
        pending.ForEach(static loss => loss.Dispose());
        pending.Clear();
    }

    /// <inheritdoc/>
    public IEnumerator<TBlock> GetEnumerator() => ((IEnumerable<TBlock>)blocks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Positions are sorted by expert and sorted back, both times by a permutation: no two rows of a gradient are added up in an
    // order that depends on threads.
    private Tensor OfChosen(Tensor positions, Tensor chosen, Tensor counts, Tensor gates)
    {
        var (_, order) = chosen.reshape(-1).sort(stable: true);
        var copies = positions.unsqueeze(1).expand(-1, active, -1).reshape(-1, width);
        var parts = copies.index_select(0, order).split(counts.to(CPU).data<long>().ToArray(), 0);

        // An expert without positions still gives its weights a gradient, of zeros, as on the other ranks of a process group.
        var outputs = blocks.Zip(parts)
            .Where(static pair => pair.Second.shape[0] > 0 || is_grad_enabled())
            .Select(static pair => Call(pair.First, pair.Second)).ToArray();
        var joined = outputs.Length == 0 ? copies : cat(outputs, 0).index_select(0, order.argsort());
        return (joined.reshape(-1, active, width) * gates.unsqueeze(-1)).sum(1);
    }

    private Tensor OfAll(Tensor positions, Tensor gates) =>
        (stack(blocks.Select(block => Call(block, positions)), 1) * gates.unsqueeze(-1)).sum(1);

    private static Tensor Call(TBlock block, Tensor input)
    {
        var output = ((nn.Module<Tensor, Tensor>)(nn.Module)block).call(input);
        return output.shape.SequenceEqual(input.shape)
            ? output
            : throw new SizeException(
                $"{typeof(TBlock).Name} maps [{string.Join(", ", input.shape)}] to [{string.Join(", ", output.shape)}]: "
                + "an expert must keep the shape of its input (SUP124)");
    }

    private Tensor LoadBalance(Tensor logits, Tensor fractions)
    {
        using var scope = NewDisposeScope();
        var loss = (fractions * logits.softmax(-1).mean([0])).sum();
        return Functional.Multiply(loss, balance * Count).MoveToOuterDisposeScope();
    }

    private void RequireWidth(Tensor input)
    {
        if (input.dim() == 0 || input.shape[^1] != width)
        {
            throw new SizeException(
                $"Experts<{typeof(TBlock).Name}> receives [{string.Join(", ", input.shape)}]: "
                + $"its last axis must be {width} (SUP101)");
        }
    }
}
