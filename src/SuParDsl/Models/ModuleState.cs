using SuParDsl.Sparsity;

using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// TorchSharp's <c>state_dict</c>, <c>load_state_dict</c>, <c>save</c> and <c>load</c> for a model, or for a block or layer in
/// it. They include the masks, so that outputs are equal afterwards whatever the storage of either model.
/// </summary>
internal static class ModuleState
{
    private const string Source = "the state";

    /// <summary>
    /// Returns every tensor in dense form and every buffer, by name. The first entries are the masks of sparse tensors, with
    /// eight weights per byte, under <c>mask.</c> and the tensor's name, and measured fractions under <c>share.</c>. Dense
    /// tensors, masked tensors and buffers are the live ones. Compressed tensors are copies that cannot be written to.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="module">The model, or a part of it.</param>
    /// <param name="destination">The dictionary to add the entries to; null for a new one.</param>
    /// <param name="prefix">The prefix of the entries' names, without the dot.</param>
    /// <exception cref="InvalidOperationException">
    /// Weights were written past a mask, or the call comes from a TorchSharp module that contains a sparse model: such a module
    /// could not load the masks.
    /// </exception>
    public static Dictionary<string, Tensor> Of(
        IModelState model, nn.Module module, Dictionary<string, Tensor>? destination, string? prefix)
    {
        var part = new ModelPart(model, module);
        var before = string.IsNullOrEmpty(prefix) ? string.Empty : prefix + ".";
        RequireNoContainer(part, destination, before);
        model.RequireMaskedZeros();

        Dictionary<string, Tensor> state = [];
        using (inference_mode())
        {
            // Masks come first. Code that averages the entries must not mix masks, and so fails before it has changed a weight.
            foreach (var (local, full) in part.Sparse)
            {
                Add(EntryNames.Mask(local), tensor(model.Masks[full].ToPacked()));
                if (model.Shares.TryGetValue(full, out var share))
                {
                    Add(EntryNames.Share(local), tensor(new[] { share }));
                }
            }
        }

        var compressed = model.CompressedByName();
        foreach (var (local, full, parameter) in part.Weights)
        {
            Add(local, compressed.TryGetValue(full, out var layer) ? Copy(layer) : parameter);
        }

        foreach (var (local, buffer) in part.Buffers)
        {
            Add(local, buffer);
        }

        destination ??= [];
        foreach (var (name, values) in state)
        {
            destination[before + name] = values;
        }

        return destination;

        void Add(string name, Tensor values)
        {
            if (!state.TryAdd(name, values))
            {
                throw new InvalidOperationException(
                    $"'{name}' is both a tensor of this {part.Name} and the mask or measured share of another: rename its layer");
            }
        }
    }

    /// <summary>
    /// Loads the state of a module with the same layers, from <see cref="Of"/> or from another tool. Nothing changes if it does
    /// not fit.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="module">The model, or a part of it.</param>
    /// <param name="source">The state.</param>
    /// <param name="strict">Whether the state must have exactly the module's tensors and buffers.</param>
    /// <param name="skip">The names of tensors to skip. Their masks are skipped, too.</param>
    /// <param name="masks">Which masks the sparse tensors have afterwards.</param>
    /// <returns>The names that the state lacks, and the names that the module does not have.</returns>
    /// <exception cref="CheckpointException">
    /// A name is missing or unknown, a shape differs, or a sparse tensor comes without a mask or with a mask of another density
    /// than the declared one.
    /// </exception>
    public static (IList<string> missing_keys, IList<string> unexpected_keyes) Load(
        IModelState model, nn.Module module, IReadOnlyDictionary<string, Tensor> source, bool strict, IList<string>? skip,
        MaskSource masks)
    {
        var part = new ModelPart(model, module);
        var skipped = (skip ?? []).SelectMany(static name => (string[])[name, .. EntryNames.Beside(name)]).ToHashSet();
        var given = source.Keys.Where(name => !skipped.Contains(name)).ToHashSet();
        var sparse = part.Sparse.Where(entry => given.Contains(entry.Local));
        var known = part.Names.Concat(sparse.SelectMany(static entry => EntryNames.Beside(entry.Local))).ToHashSet();
        List<string> missing = [.. part.Names.Where(name => !given.Contains(name) && !skipped.Contains(name))];
        List<string> unexpected = [.. given.Where(name => !known.Contains(name))];
        if (strict && missing.Count + unexpected.Count > 0)
        {
            string[] differences = [.. Named("lacks", missing), .. Named("has", unexpected)];
            throw new CheckpointException(
                $"{Source} does not fit this {part.Name}: it {string.Join(" and ", differences)}; "
                + "pass strict: false to load what fits");
        }

        var weights = part.Weights.Where(entry => given.Contains(entry.Local)).ToDictionary(
            static entry => entry.Full,
            entry => Plain(entry.Local) with
            {
                Mask = model.Masks.TryGetValue(entry.Full, out var own) && given.Contains(EntryNames.Mask(entry.Local))
                    ? () => MaskOf(source[EntryNames.Mask(entry.Local)], entry.Local, own)
                    : null,
                Share = given.Contains(EntryNames.Share(entry.Local))
                    ? ShareOf(source[EntryNames.Share(entry.Local)], entry.Local)
                    : null,
            });
        var buffers = part.Buffers.Where(entry => given.Contains(entry.Local))
            .Select(entry => (entry.Buffer, Plain(entry.Local)));
        new IncomingWeights(Source, weights, [.. buffers]).Check(model, masks).Apply(model);
        return (missing, unexpected);

        IncomingTensor Plain(string local) => new(local, source[local].shape, () => source[local]);

        static string[] Named(string verb, List<string> names) => names.Count == 0
            ? []
            : [$"{verb} {string.Join(", ", names.Take(3))}{(names.Count > 3 ? $" and {names.Count - 3} others" : string.Empty)}"];
    }

    /// <summary>Loads a file of TorchSharp's <c>save</c>. The entire file is read before anything changes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="module">The model, or a part of it.</param>
    /// <param name="reader">The file.</param>
    /// <param name="strict">Whether the file must have exactly the module's tensors and buffers.</param>
    /// <param name="skip">The names of tensors to skip.</param>
    /// <param name="loadedParameters">Receives each name in the file, and whether the module has it.</param>
    /// <returns>The module.</returns>
    /// <exception cref="CheckpointException">
    /// The file is damaged, has values of another type, or does not fit, as in <see cref="Load"/>.
    /// </exception>
    public static nn.Module Read(
        IModelState model, nn.Module module, BinaryReader reader, bool strict, IList<string>? skip,
        Dictionary<string, bool>? loadedParameters)
    {
        using var scope = NewDisposeScope();
        var state = StateReader.Read(reader, skip ?? []);
        var part = new ModelPart(model, module);
        var types = part.Weights.Select(static entry => (entry.Local, entry.Parameter.dtype))
            .Concat(part.Buffers.Select(static entry => (entry.Local, entry.Buffer.dtype)));
        foreach (var (name, type) in types)
        {
            if (state.TryGetValue(name, out var values) && values.dtype != type)
            {
                throw new CheckpointException(
                    $"'{name}' in the file is {values.dtype}, in this {part.Name} it is {type}: "
                    + "convert the model to that type first");
            }
        }

        var (_, unexpected) = Load(model, module, state, strict, skip, MaskSource.File);
        foreach (var name in loadedParameters is null ? [] : state.Keys.ToArray())
        {
            loadedParameters![name] = !unexpected.Contains(name);
        }

        return module;
    }

    private static Tensor Copy(ICompressible layer)
    {
        // Writes to a copy would be lost silently. A tensor created in inference mode throws on writes instead.
        using var reading = inference_mode();
        return layer.Dense();
    }

    // A TorchSharp module first adds its own parameters to the destination and then asks its children for theirs. When it loads,
    // it copies into the tensors that they return.
    private static void RequireNoContainer(ModelPart part, Dictionary<string, Tensor>? destination, string before)
    {
        if (part.Sparse.Count > 0 && destination is not null && part.Weights.Any(
            entry => destination.TryGetValue(before + entry.Local, out var there) && ReferenceEquals(there, entry.Parameter)))
        {
            throw new InvalidOperationException(
                $"a module that contains this {part.Name} asks for its state, but could not load the mask of "
                + $"{part.Sparse[0].Full}: save and load the {part.Name} itself instead");
        }
    }

    private static WeightMask MaskOf(Tensor packed, string local, WeightMask own)
    {
        using var scope = NewDisposeScope();
        try
        {
            return packed.dtype == ScalarType.Byte
                ? WeightMask.FromPacked(own.Shape, packed.detach().cpu().contiguous().bytes)
                : throw new ArgumentException($"it is {packed.dtype} and must be {ScalarType.Byte}; masks cannot be averaged");
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"the mask of '{local}' in {Source} is damaged: {e.Message}");
        }
    }

    private static double ShareOf(Tensor share, string local)
    {
        using var scope = NewDisposeScope();
        return share.numel() == 1 && share.to_type(ScalarType.Float64).ToDouble() is > 0 and <= 1 and var value
            ? value
            : throw new CheckpointException($"'{EntryNames.Share(local)}' in {Source} is not one number in (0, 1]");
    }
}
