using System.Collections.Immutable;
using SuParDsl.Engine;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Weights to load into a model, from a file, a state dictionary, an average or another model. All loading goes through this
/// class. All weights are checked before anything changes. Afterwards masked weights are exactly zero, and masks, multipliers and
/// optimizers agree.
/// </summary>
/// <param name="Source">The source of the weights, as messages name it.</param>
/// <param name="Weights">The weights by the model's full names. Other tensors do not change.</param>
/// <param name="Buffers">The buffers, such as a norm's running statistics.</param>
internal sealed record IncomingWeights(
    string Source, IReadOnlyDictionary<string, IncomingTensor> Weights,
    IReadOnlyList<(Tensor Buffer, IncomingTensor From)> Buffers)
{
    /// <summary>Checks that the weights fit a model, and determines the masks that it will have.</summary>
    /// <param name="model">The model.</param>
    /// <param name="masks">Which masks its sparse tensors will have.</param>
    /// <param name="requireTable">
    /// Receives the model's table under the new masks, to compare it with another table; null for no comparison.
    /// </param>
    /// <exception cref="CheckpointException">The weights do not fit the model.</exception>
    public CheckedWeights Check(IModelState model, MaskSource masks, Action<MuTable>? requireTable = null)
    {
        if (!Enum.IsDefined(masks))
        {
            throw new ArgumentOutOfRangeException(
                nameof(masks), masks, $"must be one of {string.Join(", ", Enum.GetNames<MaskSource>())}");
        }

        RequireShapes(model);
        ModelTensor[] sparse =
            [.. model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name) && Weights.ContainsKey(tensor.Name))];
        var chosen = sparse.ToDictionary(static tensor => tensor.Name, tensor => Choose(model, tensor, masks));
        var shares = SharesAfter(model, masks);
        requireTable?.Invoke(model.TableWith(chosen, shares));
        foreach (var tensor in masks == MaskSource.File ? sparse : [])
        {
            RequireDensity(model, tensor, chosen[tensor.Name]);
        }

        return new(this, chosen, shares);
    }

    private void RequireShapes(IModelState model)
    {
        var shapes = model.Tensors.Where(tensor => Weights.ContainsKey(tensor.Name))
            .Select(tensor => (From: Weights[tensor.Name], Shape: tensor.Axes.Select(static axis => axis.Value).ToArray()))
            .Concat(Buffers.Select(static buffer => (buffer.From, Shape: buffer.Buffer.shape)));
        foreach (var (from, shape) in shapes)
        {
            if (!from.Shape.SequenceEqual(shape))
            {
                throw new CheckpointException(
                    $"'{from.Name}' in {Source} has shape [{string.Join(", ", from.Shape)}], "
                    + $"this {model.GetName()} needs [{string.Join(", ", shape)}]");
            }
        }
    }

    private WeightMask Choose(IModelState model, ModelTensor tensor, MaskSource masks)
    {
        var (from, own) = (Weights[tensor.Name], model.Masks[tensor.Name]);
        return masks switch
        {
            MaskSource.Drawn => own,
            MaskSource.Magnitude => Largest(from, tensor, own.Shape, model.DeclaredDensity(tensor.Name)),
            _ => from.Mask?.Invoke() ?? NonZeros(from, own.Shape),
        };
    }

    private WeightMask Largest(IncomingTensor from, ModelTensor tensor, ImmutableArray<long> shape, double density)
    {
        using var scope = NewDisposeScope();
        WeightMask mask;
        try
        {
            mask = MaskMoves.Prune(
                from.Name, from.Mask?.Invoke() ?? WeightMask.Full(shape), TensorNumbers.Of(from.Whole()), density, tensor.Mask);
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"{e.Message}; it comes from {Source}");
        }

        return MagnitudeMasks.IsOf(tensor.Mask, mask, density)
            ? mask
            : throw new CheckpointException(
                $"the mask of '{from.Name}' in {Source} leaves too few weights in places "
                + $"for a {tensor.Mask} mask of density {density:G6}: "
                + $"give masks: {nameof(MaskSource)}.{nameof(MaskSource.Drawn)} to keep the model's own mask");
    }

    private static WeightMask NonZeros(IncomingTensor from, ImmutableArray<long> shape)
    {
        using var scope = NewDisposeScope();
        return WeightMask.FromBytes(shape, from.Whole().detach().ne(Scalars.Zero).cpu().contiguous().bytes);
    }

    // A measured fraction belongs to the mask that it comes with. Tensors that are not loaded keep their fractions.
    private ImmutableDictionary<string, double> SharesAfter(IModelState model, MaskSource masks)
    {
        var staying = model.Shares.Where(share => masks == MaskSource.Drawn || !Weights.ContainsKey(share.Key));
        var coming = Weights
            .Where(entry => masks == MaskSource.File && entry.Value.Share is not null && model.Masks.ContainsKey(entry.Key))
            .Select(static entry => KeyValuePair.Create(entry.Key, entry.Value.Share!.Value));
        return staying.Concat(coming).ToImmutableDictionary();
    }

    private void RequireDensity(IModelState model, ModelTensor tensor, WeightMask mask)
    {
        var (from, declared) = (Weights[tensor.Name], model.DeclaredDensity(tensor.Name));
        if (mask.Kept > 0 && (IsAsSaved() || IsDeclared() || IsFollowed() || IsAtHand()))
        {
            return;
        }

        var wanted = MagnitudeMasks.Count(tensor.Mask, mask.Shape, declared);
        var has = from.Mask is null
            ? $"'{from.Name}' in {Source} has no mask, and {mask.Kept} of its {mask.Count} weights are not zero"
            : $"the mask of '{from.Name}' in {Source} keeps {mask.Kept} of {mask.Count} weights";
        var needs = mask.Kept == wanted
            ? $"a {tensor.Mask} mask, which has another pattern"
            : $"a density of {declared:G6} ({wanted} weights)";
        throw new CheckpointException(
            $"{has}; this {model.GetName()} declares {needs}: give masks: {nameof(MaskSource)}.{nameof(MaskSource.Drawn)} "
            + "to keep the model's own mask, or "
            + $"{nameof(MaskSource)}.{nameof(MaskSource.Magnitude)} to keep the largest weights");

        // The weights come from a model whose rule used the same density as this model's rule will, whatever its masks are now.
        bool IsAsSaved() => from.Mask is not null && from.Density?.Invoke() is { } density
            && model.DensityUnder(tensor, mask) is var seen && Math.Abs(density - seen) <= 1e-9 * seen;

        bool IsDeclared() => MagnitudeMasks.IsOf(tensor.Mask, mask, declared);

        // Pruning can start at any density above the declared one, because it never brings weights back.
        bool IsFollowed() => tensor.Method == SparsityMethod.Gmp
            ? mask.Kept >= MagnitudeMasks.Count(tensor.Mask, mask.Shape, declared)
            : from.Mask is not null && model.RuleDensity == RuleDensity.Realised;

        // The model's own mask does not have the declared density either, as after SetMasks or global pruning.
        bool IsAtHand() => from.Mask is not null && model.Masks[tensor.Name] is var own && own.Kept == mask.Kept
            && !MagnitudeMasks.IsOf(tensor.Mask, own, declared);
    }
}

/// <summary>One tensor to load into a model.</summary>
/// <param name="Name">The tensor's name in the source.</param>
/// <param name="Shape">The shape of its dense form.</param>
/// <param name="Whole">Creates its dense form, whatever its storage, in the dispose scope that is open during the call.</param>
internal sealed record IncomingTensor(string Name, IReadOnlyList<long> Shape, Func<Tensor> Whole)
{
    /// <summary>The tensor's mask; null if it comes without one.</summary>
    public Func<WeightMask>? Mask { get; init; }

    /// <summary>The fraction q that was measured under its mask; null if none was measured.</summary>
    public double? Share { get; init; }

    /// <summary>The tensor's density in the source's table; null if the source has no table.</summary>
    public Func<double?>? Density { get; init; }
}

/// <summary>Weights that were checked against a model.</summary>
/// <param name="Incoming">The weights.</param>
/// <param name="Masks">The masks that the sparse tensors will have, by full name.</param>
/// <param name="Shares">The measured fractions that the model will have, by full name.</param>
internal sealed record CheckedWeights(
    IncomingWeights Incoming, IReadOnlyDictionary<string, WeightMask> Masks, ImmutableDictionary<string, double> Shares)
{
    /// <summary>
    /// Writes the weights into the model that they were checked for. Optimizers resume as after <see cref="IModel.SetMasks"/>.
    /// </summary>
    public void Apply(IModelState model)
    {
        model.SetMasks(Masks);
        model.SetShares(Shares);
        foreach (var (name, from) in Incoming.Weights)
        {
            using var scope = NewDisposeScope();
            model.SetDenseWeight(name, from.Whole());
        }

        using var frozen = no_grad();
        foreach (var (buffer, from) in Incoming.Buffers)
        {
            using var scope = NewDisposeScope();
            buffer.copy_(from.Whole());
        }
    }
}
