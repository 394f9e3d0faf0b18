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
    /// <param name="overlap">Whether layers are marked; else every tensor is late.</param>
    public static GradientLayout Of(Model model, bool overlap)
    {
        var compressed = model.CompressedByName();
        var slots = model.ParametersByName().ToDictionary(
            static p => p.Value.Handle,
            p => new GradientSlot(p.Key, p.Value, compressed.ContainsKey(p.Key) ? null : model.Masks.GetValueOrDefault(p.Key)));

        // What a layer in two places holds is final when both are over, which neither knows.
        var above = Places(model, [])
            .SelectMany(static place => place.Module.parameters(recurse: false).Select(parameter => (parameter.Handle, place.Above)))
            .GroupBy(place => slots[place.Handle], static place => place.Above)
            .ToDictionary(static group => group.Key, static group => group.Count() == 1 ? group.Single() : []);
        var below = above.SelectMany(static entry => entry.Value.Select(module => (Module: module, Slot: entry.Key)))
            .GroupBy(static entry => entry.Module, static entry => entry.Slot)
            .Where(group => overlap && group.Sum(static slot => slot.Count) >= WorthAMark)
            .ToDictionary(static group => group.Key, static group => group.ToImmutableArray());
        var early = below.Values.SelectMany(static all => all).ToHashSet();
        return new(
            [.. slots.Values.Where(early.Contains).Reverse()], [.. slots.Values.Where(slot => !early.Contains(slot))], below);
    }

    /// <summary>Every module, as often as it is reached, with those modules on the way to it that can be marked, itself included.</summary>
    private static IEnumerable<(nn.Module Module, ImmutableArray<nn.Module> Above)> Places(nn.Module module, ImmutableArray<nn.Module> above)
    {
        // A linear layer in a chain is not called by itself.
        var own = module is nn.Module<Tensor, Tensor> and not Linear { IsLink: true } ? above.Add(module) : above;
        return module.named_children().SelectMany(child => Places(child.module, own)).Prepend((module, own));
    }
}
