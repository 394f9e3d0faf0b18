namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Chooses the learning rates of one model of <c>sweep --refine</c>. An example's <c>Tuner</c> creates one for each rule, width,
/// density, standard deviation and mask method.
/// </summary>
/// <remarks>
/// A tuner is first told the finished results of the sweep's folder, in ascending order of their learning rates. Then it is
/// asked, its values are trained with every seed, and it is told the results, until it asks for nothing. A value that is finished
/// is not trained again, and its result is told again, so that a tuner that draws the same random values continues a sweep.
/// </remarks>
public interface ITuner
{
    /// <summary>Returns the learning rates to train next, which may be trained in parallel; none at the end.</summary>
    IReadOnlyList<double> Ask();

    /// <summary>Receives the result of a learning rate.</summary>
    void Tell(Trial trial);
}

/// <summary>The result of training a model with a learning rate.</summary>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="Losses">The validation losses of the seeds that did not diverge.</param>
/// <param name="Diverged">The number of seeds that diverged.</param>
public sealed record Trial(double LearningRate, IReadOnlyList<double> Losses, int Diverged)
{
    /// <summary>The mean loss; infinity if any seed diverged.</summary>
    public double Loss => Diverged > 0 ? double.PositiveInfinity : Losses.Average();
}

/// <summary>
/// A model whose learning rate a tuner chooses. A size is null if the model does not have it or the sweep does not vary it.
/// </summary>
/// <param name="Rule">The rule.</param>
/// <param name="Method">The mask method; null if the model's attributes decide.</param>
/// <param name="Width">The width.</param>
/// <param name="Density">The density.</param>
/// <param name="Sigma">The base initial standard deviation.</param>
/// <param name="Start">
/// Where to begin: the middle one of <c>--lrs</c>, or the optimum of the first model with the same rule, method and standard
/// deviation.
/// </param>
public sealed record TunedModel(
    Rule Rule, SparsityMethod? Method, double? Width, double? Density, double? Sigma, double Start);
