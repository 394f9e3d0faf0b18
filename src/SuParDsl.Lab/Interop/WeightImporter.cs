using SuParDsl.Lab.Data;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Interop;

/// <summary>A model that has the weights of another program.</summary>
/// <param name="Model">The model, dense.</param>
/// <param name="Size">Its sizes.</param>
/// <param name="Tokenizer">Its tokenizer; null if its data are not text.</param>
/// <param name="Name">What was read, for messages.</param>
internal sealed record ImportedModel<TModel, TSize>(TModel Model, TSize Size, ForeignTokenizer? Tokenizer, string Name);

/// <summary>Reads the weights of other programs.</summary>
internal static class WeightImporter
{
    /// <summary>Reads a folder. Nothing is returned unless every tensor was found, fits and was read.</summary>
    /// <param name="folder">The folder with config.json and the weights.</param>
    /// <param name="formats">The formats that the model has.</param>
    /// <param name="defaults">The sizes that the configuration does not state.</param>
    /// <param name="text">The data, if they are text.</param>
    /// <exception cref="UserException">The folder holds something else, or does not fit the model.</exception>
    /// <exception cref="CheckpointException">A file is damaged.</exception>
    public static ImportedModel<TModel, TSize> Read<TModel, TSize>(
        string folder, IReadOnlyList<WeightFormat<TSize>> formats, TSize defaults, TextData? text)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var config = ForeignConfig.Read(folder);
        var architecture = config.Architecture;
        var format = formats.FirstOrDefault(format => architecture is not null && format.Architectures.Contains(architecture))
            ?? throw new UserException(
                $"{Path.Combine(folder, ForeignConfig.FileName)} is of "
                + (architecture is null ? "no known architecture; " : $"the architecture {architecture}; ")
                + $"{typeof(TModel).Name} can have the weights of "
                + string.Join(", ", formats.SelectMany(static format => format.Architectures).Distinct()));
        using var files = WeightFiles.Open(folder, format.Canonical);
        var size = format.Size(new(config, files), Dense<TModel, TSize>(defaults));
        var tokenizer = text is null ? null : ForeignTokenizer.Read(folder, text.Vocabulary<TModel, TSize>(size));
        var model = TModel.Create(size, 0);
        try
        {
            Load(model, files, format, size);
            var name = FolderKind.NameOf(folder);
            return new(model, size, tokenizer, $"{name} ({architecture})");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void Load<TSize>(IModel model, WeightFiles files, WeightFormat<TSize> format, TSize size) where TSize : class
    {
        if (model.Masks.Count > 0)
        {
            throw new UserException(
                $"{model.Masks.Keys.Order().First()} is sparse in every {model.GetName()}, but the weights of "
                    + $"{files.Folder} are dense");
        }

        var mapped = MappedTensors.Of(format.Weights(size, model.MuTable), model.MuTable);
        RequireFit(mapped, files, format);
        foreach (var tensors in mapped)
        {
            foreach (var (name, values) in tensors.ToModel(files.Read))
            {
                model.SetWeights(name, values);
            }
        }

        foreach (var (copy, original) in format.Duplicates.Where(pair => files.Find(pair.Key) is not null))
        {
            if (!files.Read(copy).AsSpan().SequenceEqual(files.Read(original)))
            {
                throw new UserException(
                    $"'{copy}' in {files.PathOf(copy)} is not equal to '{original}', but in a {model.GetName()} both "
                        + "are one tensor");
            }
        }
    }

    private static void RequireFit<TSize>(IReadOnlyList<MappedTensors> mapped, WeightFiles files,
        WeightFormat<TSize> format) where TSize : class
    {
        HashSet<string> known = [];
        foreach (var (name, tensors) in mapped.SelectMany(static tensors => tensors.File.Select(name => (name, tensors))))
        {
            known.Add(name);
            if (!files.Require(name).Shape.SequenceEqual(tensors.FileShape))
            {
                throw new UserException(
                    $"'{name}' in {files.PathOf(name)} has shape [{string.Join(", ", files.Require(name).Shape)}]; "
                    + $"it must be [{string.Join(", ", tensors.FileShape)}] by {ForeignConfig.FileName}");
            }
        }

        if (files.Names.FirstOrDefault(name => !known.Contains(name) && !format.Duplicates.ContainsKey(name)
            && format.Ignored.All(pattern => NamePattern.NumberIn(pattern, name) is null)) is { } extra)
        {
            throw new UserException(
                $"{files.PathOf(extra)} has a tensor '{extra}', which {format.Architectures[0]} does not have");
        }
    }

    private static TSize Dense<TModel, TSize>(TSize size)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class => TModel.Sizes.Where(static info => info.Kind == SizeKind.Density)
        .Aggregate(size, static (current, info) => info.With(current, 1.0));
}
