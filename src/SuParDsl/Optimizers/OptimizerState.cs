using System.Collections.Immutable;
using SuParDsl.Distributed;
using SuParDsl.Engine;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>
/// Everything of an optimizer that depends on a model's masks, storage and densities, for one version of these. It does not
/// follow a change; <see cref="MuOptimizer"/> then makes the next state with <see cref="Next"/>.
/// </summary>
internal sealed class OptimizerState : IDisposable
{
    private readonly OptimizerRecipe recipe;
    private readonly int version;
    private readonly Dictionary<string, Parameter> parameters;
    private readonly Dictionary<string, (ScalarType Type, string Device)> places;
    private readonly OptimizedWeight[] weights;
    private readonly OptimizerParameters masters;
    private readonly OptimizerBackend backend;
    private readonly ShardedWeightGather? gather;
    private readonly MaskWatch watch;

    /// <param name="recipe">How the state is made.</param>
    /// <param name="owners">The rank of each tensor; null if the state is not sharded.</param>
    public OptimizerState(OptimizerRecipe recipe, TensorOwners? owners)
    {
        (this.recipe, Owners, version) = (recipe, owners, recipe.Model.MasksVersion);
        parameters = recipe.Model.ParametersByName();
        places = parameters.ToDictionary(static p => p.Key, static p => PlaceOf(p.Value));
        weights =
        [
            .. parameters.Where(p => owners?.IsOwn(p.Key) != false).Select(static p => new OptimizedWeight(p.Key, p.Value)),
        ];
        masters = new(weights.ToDictionary(static w => w.Name, static w => w.Master), recipe.Model);
        var all = recipe.Groups();
        Names = [.. all.SelectMany(static group => group.Names)];
        Groups = MuGroup.Only(all, masters.Weights.ContainsKey);
        backend = recipe.CreateBackend(masters, Groups);
        gather = owners is null ? null : new(owners.ProcessGroup, parameters.Select(
            p => new ShardedTensor(p.Value, masters.MaskOf(p.Key), owners.OwnerOf(p.Key))));
        watch = new(weights.SelectMany(w =>
            masters.MaskOf(w.Name) is { } mask ? [(w.Weight, mask)] : Array.Empty<(Parameter, WeightMask)>()));
        Gradients = new(weights, masters, backend as FusedUpdates, owners, recipe.LossScale);
    }

    /// <summary>The rank of each tensor; null if the state is not sharded.</summary>
    public TensorOwners? Owners { get; }

    /// <summary>The groups of the tensors that this rank updates.</summary>
    public ImmutableArray<MuGroup> Groups { get; }

    /// <summary>The names of all tensors, this rank's and other ranks', in the order of the saved state.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The gradients of the tensors that this rank updates.</summary>
    public StepGradients Gradients { get; }

    /// <summary>Whether the weights are updated in one fused pass.</summary>
    public bool IsFused => backend is FusedUpdates;

    /// <summary>Whether masks, storage and densities are still those that the state was made for.</summary>
    public bool IsCurrent => version == recipe.Model.MasksVersion;

    /// <summary>The parameters of all ranks, in the order of the layers.</summary>
    public IEnumerable<KeyValuePair<string, Parameter>> Parameters => parameters;

    /// <summary>The state of each tensor, by full name. Its tensors belong to the caller's scope.</summary>
    public IEnumerable<(string Name, TensorState State)> States =>
        Groups.SelectMany(static group => group.Names).Zip(backend.States);

    /// <summary>The float32 copies of weights in half precision.</summary>
    public IEnumerable<(string Name, Parameter Master)> MasterWeights =>
        weights.Where(static w => w.HasMaster).Select(static w => (w.Name, w.Master));

    /// <summary>The names of the weights in half precision, this rank's and other ranks'.</summary>
    public IEnumerable<string> NamesOfMasters =>
        parameters.Where(static p => OptimizedWeight.NeedsMaster(p.Value)).Select(static p => p.Key);

    /// <summary>The bytes of new weights that all ranks together send after a step.</summary>
    public long BytesPerStep => gather?.Bytes ?? 0;

    /// <summary>The mask of a sparse tensor that is stored dense; null for any other tensor.</summary>
    public WeightMask? MaskOf(string name) => masters.MaskOf(name);

    /// <summary>The parameter of a tensor.</summary>
    public Parameter ParameterOf(string name) => parameters[name];

    /// <summary>Whether one of the few weights that are checked in this step is masked and not zero.</summary>
    public bool FindsUnmasked() => watch.FindsOthers();

    /// <summary>Throws if the model's parameters were replaced by something else than a change of masks or storage.</summary>
    /// <exception cref="InvalidOperationException">The model was moved or cast.</exception>
    public void RequireSamePlaces()
    {
        if (IsCurrent)
        {
            // Module.to replaces every parameter that it converts and disposes of the old one.
            if (parameters.FirstOrDefault(static entry => entry.Value.IsInvalid).Key is { } moved)
            {
                throw Moved(moved, "and the optimizer holds the old one");
            }

            return;
        }

        // A change of masks or storage also replaces parameters, but with some of the same type on the same device.
        foreach (var (name, parameter) in recipe.Model.ParametersByName())
        {
            var (now, before) = (PlaceOf(parameter), places[name]);
            if (now != before)
            {
                throw Moved(name, $"and is {now.Type} on {now.Device} instead of {before.Type} on {before.Device}");
            }
        }
    }

    /// <summary>Sets each group's learning rate, given the base learning rate.</summary>
    public void SetRates(double lr)
    {
        for (var group = 0; group < Groups.Length; group++)
        {
            backend.SetRate(group, lr * Groups[group].LearningRateMultiplier);
        }
    }

    /// <summary>
    /// The state for the model as it is now. Weights that are kept before and after keep their moments. This state is unchanged.
    /// </summary>
    /// <param name="owners">The rank of each tensor; null if the state is not sharded.</param>
    public OptimizerState Next(TensorOwners? owners)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var next = new OptimizerState(recipe, owners);
        var before = States.ToDictionary(static entry => entry.Name, static entry => entry.State);
        foreach (var (name, state) in next.States)
        {
            StateTransfer.Transfer(before[name], masters.DeclaredMaskOf(name), state, next.masters.DeclaredMaskOf(name));
        }

        foreach (var (name, weight, master) in next.weights.Where(static w => w.HasMaster))
        {
            // Keep the float32 master wherever it still rounds to the half-precision weight.
            var old = masters.Weights[name];
            master.copy_(where(old.to_type(weight.dtype).eq(weight), old, master));
        }

        return next;
    }

    /// <summary>
    /// Updates the weights by the current gradients, removes the gradients of the master weights, and sends new weights to the
    /// other ranks. Only a fused backend multiplies the gradients by the scale; for other backends the caller has done so.
    /// </summary>
    public void Step(double gradientScale)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (backend is FusedUpdates fused)
        {
            fused.Step(gradientScale);
        }
        else
        {
            backend.Step();
            NativeHeap.TrimIfGrown();
        }

        foreach (var weight in weights)
        {
            weight.TakeMaster();
        }

        gather?.Share();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        masters.Dispose();
        gather?.Dispose();
        foreach (var weight in weights.Where(static w => w.HasMaster))
        {
            weight.Master.Dispose();
        }
    }

    private InvalidOperationException Moved(string name, string how) => new(
        $"{name} of this {recipe.Model.GetName()} was replaced after the optimizer was made, as by model.to(…), {how}: "
        + "move the model first and make the optimizer afterwards");

    private static (ScalarType Type, string Device) PlaceOf(Parameter parameter) =>
        (parameter.dtype, parameter.device.ToString());
}
