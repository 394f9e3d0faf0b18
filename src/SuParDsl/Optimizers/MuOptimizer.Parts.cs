using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using SuParDsl.Distributed;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <content>The parts of an optimizer, which are created again when masks, storage or ranks change.</content>
public sealed partial class MuOptimizer
{
    private readonly Model model;
    private readonly Func<ImmutableArray<MuGroup>> groupsOf;
    private readonly Func<OptimizerParameters, ImmutableArray<MuGroup>, OptimizerBackend> createBackend;
    private Dictionary<string, Parameter> parameters;
    private ImmutableArray<MuGroup> groups;
    private OptimizerBackend backend;
    private (string Name, Parameter Weight, Parameter Master)[] weights;
    private OptimizerParameters masters;
    private TensorOwners? owners;
    private ShardedWeightGather? gather;
    private Dictionary<string, (ScalarType Type, string Device)> places;
    private MaskWatch watch;
    private int masksVersion;

    /// <summary>
    /// The process group that the state is sharded over; <see cref="ProcessGroup.Single"/> if it is not sharded.
    /// </summary>
    public ProcessGroup ShardedOver => owners?.ProcessGroup ?? ProcessGroup.Single;

    /// <summary>The bytes of new weights that all ranks together send after a step; 0 if the state is not sharded.</summary>
    public long BytesPerStep
    {
        get
        {
            FollowMasks();
            return ShardedOver.Count == 1 ? 0 : gather!.Bytes;
        }
    }

    /// <summary>The names of all tensors, this rank's and other ranks', in the order of the saved state.</summary>
    internal ImmutableArray<string> Names
    {
        get
        {
            FollowMasks();
            return field;
        }

        private set;
    }

    /// <summary>The names of the weights in half precision, this rank's and other ranks'.</summary>
    internal IEnumerable<string> NamesOfMasters => parameters.Where(static p => NeedsMaster(p.Value)).Select(static p => p.Key);

    /// <summary>
    /// Shards the optimizer's state over the ranks of a process group. Each rank keeps the moments and the float32 master copies
    /// of about the same number of weights, updates only these, and receives the other ranks' new weights after each step. Call
    /// it once, between two steps, on every rank.
    /// </summary>
    /// <remarks>
    /// From then on all ranks must step, clip (<see cref="ClipGradNorm"/>) and save together, on gradients that are the same on
    /// all ranks (<see cref="GradientReducer"/>). A rank clips and unscales only the gradients of its own tensors.
    /// </remarks>
    /// <param name="ranks">The process group.</param>
    /// <exception cref="InvalidOperationException">The state is already sharded.</exception>
    public void ShardOver(ProcessGroup ranks)
    {
        if (owners is not null)
        {
            throw new InvalidOperationException(
                "the optimizer's state is already sharded: create a new optimizer to shard it over another process group");
        }

        FollowMasks();
        owners = TensorOwners.Of(ranks, parameters.Select(static p => (p.Key, p.Value.numel())));
        MakeAgain();
    }

    /// <summary>The mask of a sparse tensor that is stored dense; null for any other tensor.</summary>
    internal WeightMask? MaskOf(string name) => masters.MaskOf(name);

    /// <summary>The number of weights that are updated. A compressed matrix has only its kept weights.</summary>
    internal long CountOf(string name) => parameters[name].numel();

    /// <summary>The rank that keeps a tensor's state.</summary>
    internal int OwnerOf(string name) => owners?.OwnerOf(name) ?? ShardedOver.Rank;

    // Masks, storage and densities determine weights and learning rates. Recreate everything that depends on them after a change.
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

    // A change of masks or storage also replaces parameters, but never with parameters of another type or on another device.
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
        var (oldGroups, oldBackend, oldMasters, oldWeights, oldGather) = (groups, backend, masters, weights, gather);
        Make();
        var before = StatesOf(oldGroups, oldBackend).ToDictionary(static entry => entry.Name, static entry => entry.State);
        foreach (var (name, state) in StatesOf(groups, backend))
        {
            StateTransfer.Transfer(before[name], oldMasters.DeclaredMaskOf(name), state, masters.DeclaredMaskOf(name));
        }

        foreach (var (name, weight, master) in weights)
        {
            if (!ReferenceEquals(weight, master))
            {
                // Keep the float32 master wherever it still rounds to the half-precision weight.
                var old = oldMasters.Weights[name];
                master.copy_(where(old.to_type(weight.dtype).eq(weight), old, master));
            }
        }

        Release(oldBackend, oldMasters, oldWeights, oldGather);
        gradientsAreReady = false;
        Lr = Lr;
    }

    [MemberNotNull(nameof(parameters), nameof(places), nameof(backend), nameof(weights), nameof(masters), nameof(watch))]
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
        backend = createBackend(masters, groups);
        gather = owners is null
            ? null
            : new(owners.ProcessGroup, parameters.Select(p => new ShardedTensor(p.Value, masters.MaskOf(p.Key), owners.OwnerOf(p.Key))));
        watch = new(weights.SelectMany(w => masters.MaskOf(w.Name) is { } mask ? [(w.Weight, mask)] : Array.Empty<(Parameter, WeightMask)>()));
        masksVersion = model.MasksVersion;
    }

    private static IEnumerable<(string Name, TensorState State)> StatesOf(ImmutableArray<MuGroup> groups, OptimizerBackend backend) =>
        groups.SelectMany(static group => group.Names).Zip(backend.States);

    private static void Release(
        OptimizerBackend backend, OptimizerParameters masters, (string Name, Parameter Weight, Parameter Master)[] weights, ShardedWeightGather? gather)
    {
        backend.Dispose();
        masters.Dispose();
        gather?.Dispose();
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
