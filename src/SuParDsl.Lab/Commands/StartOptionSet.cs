using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Commands;

/// <summary>The options for the weights that training starts from.</summary>
internal sealed class StartOptionSet
{
    private const int UsualBatches = 16;

    private readonly Option<string?> from = OptionFactory.Text(
        "--from",
        "start from the weights of this run, or of another program's model, instead of drawing them; sizes that are not given, "
            + "and the tokenizer, are those of the folder",
        "folder");

    private readonly Option<PruningCriterion?> prune = OptionFactory.ChoiceOrNone<PruningCriterion>(
        "--prune",
        "with --from: which weights sparse tensors keep: the largest (magnitude, by default), or those with the largest "
            + "products of weight and input (wanda)");

    private readonly Option<int?> calibration = new("--calibration")
    {
        Description = $"with --prune wanda: training batches with which inputs are measured; by default {UsualBatches}",
        HelpName = "n",
        CustomParser = static result => (int)OptionFactory.ParseInteger(result, "--calibration", 1, int.MaxValue),
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(from);
        command.Add(prune);
        command.Add(calibration);
    }

    /// <summary>Reads the folder that training starts from; null for weights that the rule draws.</summary>
    /// <exception cref="UserException">The folder holds something else, or an option is given that does not apply.</exception>
    public StartingPoint<TModel, TSize>? Weights<TModel, TSize>(ParseResult result, Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        if (result.GetValue(calibration) is not null && result.GetValue(prune) != PruningCriterion.Wanda)
        {
            throw new UserException("--calibration applies only with --prune wanda");
        }

        return result.GetValue(from) is { } path
            ? StartingPoint<TModel, TSize>.Read(path, example.Name, example.Formats, example.Size, example.Data as TextData)
            : result.GetValue(prune) is null ? null : throw new UserException(
                "--prune applies only with --from: without it there are no weights to choose from");
    }

    /// <summary>Reads how training starts from the weights; null for weights that the rule draws.</summary>
    public RunStart? Read(ParseResult result)
    {
        var criterion = result.GetValue(prune) ?? PruningCriterion.Magnitude;
        var batches = criterion == PruningCriterion.Wanda ? result.GetValue(calibration) ?? UsualBatches : 0;
        return result.GetValue(from) is { } path
            ? new(path, criterion, batches) { IsAsked = result.GetValue(prune) is not null }
            : null;
    }

    /// <summary>The size options that are not given and whose values the folder states, not their defaults.</summary>
    public string[] NotStated(ParseResult result)
    {
        var sizes = result.CommandResult.Command.Options.OfType<SizeOption>();
        return result.GetValue(from) is null
            ? []
            : [.. sizes.Where(option => !option.TryRead(result, out _)).Select(static option => option.Name)];
    }
}
