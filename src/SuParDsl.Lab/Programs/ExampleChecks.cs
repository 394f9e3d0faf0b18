using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Programs;

/// <summary>Verifies that an example has all that its commands need.</summary>
internal static class ExampleChecks
{
    /// <summary>Verifies an example.</summary>
    /// <exception cref="UserException">Something is missing.</exception>
    public static void Require<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        Given(example.Name, nameof(example.Name), "its name, such as \"Mlp\"");
        Given(example.Size, nameof(example.Size), "the default sizes, such as Mlp.Base");
        Given(example.Data, nameof(example.Data), "a source of data, such as new BatchData(…)");
        Given(example.Loss, nameof(example.Loss), "a loss, such as Loss.CrossEntropy");
        Given(example.Loss.Of, $"{nameof(example.Loss)}.{nameof(Loss.Of)}", "a function of outputs and targets");
        Given(example.Training, nameof(example.Training), "new TrainingOptions()");
        Metric.Require(example.Loss.Metrics);

        void Given(object? value, string name, string needed)
        {
            if (value is null)
            {
                throw new UserException($"the example {example.Name ?? "without a name"} has no {name}: give it {needed}");
            }
        }
    }
}
