using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>The order in which gradients are transferred, and which layers' backward passes make them final.</summary>
/// <param name="Early">The tensors inside a marked layer, the last layers' first, which approximates the backward pass's
/// order.</param>
/// <param name="Late">The other tensors, which are transferred after the backward pass.</param>
/// <param name="Below">The early tensors inside each marked layer.</param>
internal sealed record GradientLayout(
    ImmutableArray<GradientSlot> Early, ImmutableArray<GradientSlot> Late,
    IReadOnlyDictionary<nn.Module, ImmutableArray<GradientSlot>> Below)
{
    // A mark takes about as long as sending this many floats.
    private const long WorthAMark = 16_384;

    /// <summary>The layout of a model as its tensors are currently stored.</summary>
    /// <param name="model">The model.</param>
    /// <param name="onDevice">Whether the buffer is on the model's device instead of in host memory.</param>
    /// <param name="isMarked">Selects the marked layers among those that can be marked and are large enough.</param>
    public static GradientLayout Of(IModel model, bool onDevice, Func<nn.Module, bool> isMarked)
    {
        var compressed = model.CompressedByName();
        var slots = model.ParametersByName().Select(p => (
            p.Value.Handle,
            Slot: GradientSlot.Of(
                p.Key, p.Value, compressed.ContainsKey(p.Key) || model.KeepsDense ? null : model.Masks.GetValueOrDefault(p.Key),
                onDevice))).ToArray();

        // A tensor used by two modules is final only after the backward pass of both. Neither mark can tell, so it is sent last.
        var above = model.Module.children().SelectMany(static child => Places(child, []))
            .SelectMany(static place =>
                place.Module.parameters(recurse: false).Select(parameter => (parameter.Handle, place.Above)))
            .GroupBy(static place => place.Handle, static place => place.Above)
            .ToDictionary(static group => group.Key, static group => group.Count() == 1 ? group.Single() : []);
        var below =
            slots.SelectMany(entry => above.GetValueOrDefault(entry.Handle, []).Select(module => (Module: module, entry.Slot)))
                .GroupBy(static entry => entry.Module, static entry => entry.Slot)
                .Where(group => group.Sum(static slot => slot.Count) >= WorthAMark && isMarked(group.Key))
                .ToDictionary(static group => group.Key, static group => group.ToImmutableArray());
        var early = below.Values.SelectMany(static all => all).ToHashSet();
        var late = slots.Select(static entry => entry.Slot).ToLookup(slot => !early.Contains(slot));
        return new([.. late[false].Reverse()], [.. late[true]], below);
    }

    /// <summary>
    /// Every module, once per path to it, with the modules on that path that can be marked, including the module itself.
    /// </summary>
    private static IEnumerable<(nn.Module Module, ImmutableArray<nn.Module> Above)> Places(
        nn.Module module, ImmutableArray<nn.Module> above)
    {
        var own = module is nn.Module<Tensor, Tensor> ? above.Add(module) : above;
        return module.children().SelectMany(child => Places(child, own)).Prepend((module, own));
    }
}
