using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>What an optimizer is made of: made again where masks, storage or ranks are others.</content>
public sealed partial class MuOptimizer
{
    private readonly Model model;
    private readonly Func<ImmutableArray<MuGroup>> groupsOf;
    private readonly Func<OptimizerParameters, ImmutableArray<MuGroup>, OptimizerBackend> updatesOf;
    private Dictionary<string, Parameter> parameters;
    private ImmutableArray<MuGroup> groups;
    private OptimizerBackend updates;
    private (string Name, Parameter Weight, Parameter Master)[] weights;
    private OptimizerParameters masters;
    private TensorOwners? owners;
    private ShardedWeightGather? sharing;
    private Dictionary<string, (ScalarType Type, string Device)> places;
    private MaskWatch watch;
    private int masksVersion;

    /// <summary>The ranks that the state is sharded over; <see cref="ProcessGroup.Single"/> where this process has all of it.</summary>
    public ProcessGroup ShardedOver => owners?.ProcessGroup ?? ProcessGroup.Single;

    /// <summary>The bytes of new weights that the ranks together send each other after a step; 0 where nothing is sharded.</summary>
    public long BytesPerStep
    {
        get
        {
            FollowMasks();
            return ShardedOver.Count == 1 ? 0 : sharing!.Bytes;
        }
    }

    /// <summary>Every tensor, this rank's or another's, in the order in which the state is told.</summary>
    internal ImmutableArray<string> Names
    {
        get
        {
            FollowMasks();
            return field;
        }

        private set;
    }

    /// <summary>The weights in half precision, this rank's or another's.</summary>
    internal IEnumerable<string> NamesOfMasters => parameters.Where(static p => NeedsMaster(p.Value)).Select(static p => p.Key);

    /// <summary>
    /// Shards the optimizer's state over ranks that train together: each keeps the moments, and the float32 copies of half
    /// precision, of about as many weights as every other, moves these alone, and gets the others' new weights after each step.
    /// Between two steps, once, on every rank alike.
    /// </summary>
    /// <remarks>
    /// From then on all ranks take their steps, clip (<see cref="ClipGradNorm"/>) and save together, on gradients that are the same
    /// on all (<see cref="GradientReducer"/>). The gradients of tensors that are another rank's are neither clipped nor taken off
    /// the loss scale here: that rank does it.
    /// </remarks>
    /// <param name="ranks">The ranks.</param>
    /// <exception cref="InvalidOperationException">The state is sharded already.</exception>
    public void ShardOver(ProcessGroup ranks)
    {
        if (owners is not null)
        {
            throw new InvalidOperationException("the optimizer's state is sharded already: make a new one to shard it over other ranks");
        }

        FollowMasks();
        owners = TensorOwners.Of(ranks, parameters.Select(static p => (p.Key, p.Value.numel())));
        MakeAgain();
    }

    /// <summary>The mask of a sparse tensor that is stored whole; null of any other.</summary>
    internal WeightMask? MaskOf(string name) => masters.MaskOf(name);

    /// <summary>The number of weights that are updated: of a compressed matrix, the kept ones.</summary>
    internal long CountOf(string name) => parameters[name].numel();

    /// <summary>The rank that keeps a tensor's state.</summary>
    internal int OwnerOf(string name) => owners?.OwnerOf(name) ?? ShardedOver.Rank;

    // Other masks, another storage or other densities mean other weights and rates: whatever depends on them is made again.
    private void FollowMasks()
    {
        if (masksVersion != model.MasksVersion)
        {
            RequireSamePlaces();
            MakeAgain();
        }
        else if (parameters.FirstOrDefault(static entry => entry.Value.IsInvalid).Key is { } moved)
        {
            // Module.to replaces every parameter that it converts and disposes of the old one.
            throw Moved(moved, "and the optimizer holds the old one");
        }
    }

    // A change of masks or storage replaces parameters, too, but never by ones of another type or on another device.
    private void RequireSamePlaces()
    {
        foreach (var (name, parameter) in model.ParametersByName())
        {
            var (now, before) = (PlaceOf(parameter), places[name]);
            if (now != before)
            {
                throw Moved(name, $"and is {now.Type} on {now.Device} instead of {before.Type} on {before.Device}");
            }
        }
    }

    private InvalidOperationException Moved(string name, string how) => new(
        $"{name} of this {model.GetName()} was replaced after the optimizer was made, as by model.to(…), {how}: "
        + "move the model first and make the optimizer afterwards");

    private static (ScalarType Type, string Device) PlaceOf(Parameter parameter) => (parameter.dtype, parameter.device.ToString());

    private void MakeAgain()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var (oldGroups, oldUpdates, oldMasters, oldWeights, oldSharing) = (groups, updates, masters, weights, sharing);
        Make();
        var before = StatesOf(oldGroups, oldUpdates).ToDictionary(static entry => entry.Name, static entry => entry.State);
        foreach (var (name, state) in StatesOf(groups, updates))
        {
            StateTransfer.Carry(before[name], oldMasters.DeclaredMaskOf(name), state, masters.DeclaredMaskOf(name));
        }

        foreach (var (name, weight, master) in weights)
        {
            if (!ReferenceEquals(weight, master))
            {
                // The finer copy goes on where it is still this weight's.
                var old = oldMasters.Weights[name];
                master.copy_(where(old.to_type(weight.dtype).eq(weight), old, master));
            }
        }

        Release(oldUpdates, oldMasters, oldWeights, oldSharing);
        gradientsAreReady = false;
        Lr = Lr;
    }

    [MemberNotNull(nameof(parameters), nameof(places), nameof(updates), nameof(weights), nameof(masters), nameof(watch))]
    private void Make()
    {
        parameters = model.ParametersByName();
        places = parameters.ToDictionary(static p => p.Key, static p => PlaceOf(p.Value));
        var own = parameters.Where(p => owners?.IsOwn(p.Key) != false).ToArray();
        masters = new(own.ToDictionary(static p => p.Key, static p => Master(p.Value)), model);
        weights = [.. own.Select(p => (p.Key, p.Value, masters.Weights[p.Key]))];
        var all = groupsOf();
        Names = [.. all.SelectMany(static group => group.Names)];
        groups = MuGroup.Only(all, masters.Weights.ContainsKey);
        updates = updatesOf(masters, groups);
        sharing = owners is null
            ? null
            : new(owners.ProcessGroup, parameters.Select(p => new ShardedTensor(p.Value, masters.MaskOf(p.Key), owners.OwnerOf(p.Key))));
        watch = new(weights.SelectMany(w => masters.MaskOf(w.Name) is { } mask ? [(w.Weight, mask)] : Array.Empty<(Parameter, WeightMask)>()));
        masksVersion = model.MasksVersion;
    }

    private static IEnumerable<(string Name, TensorState State)> StatesOf(ImmutableArray<MuGroup> groups, OptimizerBackend updates) =>
        groups.SelectMany(static group => group.Names).Zip(updates.States);

    private static void Release(
        OptimizerBackend updates, OptimizerParameters masters, (string Name, Parameter Weight, Parameter Master)[] weights, ShardedWeightGather? sharing)
    {
        updates.Dispose();
        masters.Dispose();
        sharing?.Dispose();
        foreach (var (_, weight, master) in weights)
        {
            if (!ReferenceEquals(weight, master))
            {
                master.Dispose();
            }
        }
    }

    private static bool NeedsMaster(Parameter weight) => weight.dtype is not (ScalarType.Float32 or ScalarType.Float64);

    private static Parameter Master(Parameter weight)
    {
        if (!NeedsMaster(weight))
        {
            return weight;
        }

        using var frozen = no_grad();
        return (Parameter)new Parameter(weight.to_type(ScalarType.Float32)).DetachFromDisposeScope();
    }
}
