using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>In which order gradients travel, and which layers' backward passes make which of them final.</summary>
/// <param name="Early">The tensors below a marked layer, the last layers' first: about the order of the backward pass.</param>
/// <param name="Late">The rest: they travel when the backward pass is over.</param>
/// <param name="Below">The early tensors below each marked layer.</param>
internal sealed record GradientLayout(
    ImmutableArray<GradientSlot> Early, ImmutableArray<GradientSlot> Late, IReadOnlyDictionary<nn.Module, ImmutableArray<GradientSlot>> Below)
{
    // A mark takes the time in which about so many floats are sent.
    private const long WorthAMark = 16_384;

    /// <summary>The layout of a model as its tensors are stored now.</summary>
    /// <param name="model">The model.</param>
    /// <param name="onDevice">Whether they travel through a buffer beside them, wherever that is.</param>
    /// <param name="isMarked">Which layers are marked, of those that can be and are worth it.</param>
    public static GradientLayout Of(Model model, bool onDevice, Func<nn.Module, bool> isMarked)
    {
        var compressed = model.CompressedByName();
        var slots = model.ParametersByName().Select(p => (
            p.Value.Handle,
            Slot: GradientSlot.Of(
                p.Key, p.Value, compressed.ContainsKey(p.Key) || model.KeepsWhole ? null : model.Masks.GetValueOrDefault(p.Key), onDevice))).ToArray();

        // What lies in two places is final when both are over, which neither knows.
        var above = model.children().SelectMany(static child => Places(child, []))
            .SelectMany(static place => place.Module.parameters(recurse: false).Select(parameter => (parameter.Handle, place.Above)))
            .GroupBy(static place => place.Handle, static place => place.Above)
            .ToDictionary(static group => group.Key, static group => group.Count() == 1 ? group.Single() : []);
        var below = slots.SelectMany(entry => above.GetValueOrDefault(entry.Handle, []).Select(module => (Module: module, entry.Slot)))
            .GroupBy(static entry => entry.Module, static entry => entry.Slot)
            .Where(group => group.Sum(static slot => slot.Count) >= WorthAMark && isMarked(group.Key))
            .ToDictionary(static group => group.Key, static group => group.ToImmutableArray());
        var early = below.Values.SelectMany(static all => all).ToHashSet();
        var late = slots.Select(static entry => entry.Slot).ToLookup(slot => !early.Contains(slot));
        return new([.. late[false].Reverse()], [.. late[true]], below);
    }

    /// <summary>Every module, as often as it is reached, with the modules on the way to it that can be marked, itself included.</summary>
    private static IEnumerable<(nn.Module Module, ImmutableArray<nn.Module> Above)> Places(
        nn.Module module, ImmutableArray<nn.Module> above)
    {
        var own = module is nn.Module<Tensor, Tensor> ? above.Add(module) : above;
        return module.children().SelectMany(child => Places(child, own)).Prepend((module, own));
    }
}
