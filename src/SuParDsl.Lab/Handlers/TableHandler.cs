namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>table</c>.</summary>
/// <param name="Size">The model's sizes.</param>
/// <param name="Coupling">How weight decay depends on a tensor's learning rate under AdamW.</param>
/// <param name="AsJson">Whether to write JSON.</param>
internal sealed record TableOptions<TSize>(
    TSize Size, WeightDecayCoupling Coupling = WeightDecayCoupling.Coupled, bool AsJson = false)
    where TSize : class;

/// <summary><c>table</c>: prints the multipliers of every tensor.</summary>
internal static class TableHandler
{
    /// <summary>Writes the table.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="SizeException">The model cannot be built.</exception>
    public static int Run<TModel, TSize>(TableOptions<TSize> options, TextWriter output)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        using var model = TModel.Create(options.Size, 0);
        var table = model.MuTable.With(options.Coupling);
        output.Write(options.AsJson ? table.ToJson() + "\n" : table.ToString());
        return 0;
    }
}
