namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>Tests the lab with models whose attributes choose the sparsity methods.</summary>
public sealed class MovingCurveTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_attribute_of_a_dense_tensor_changes_no_mask()
    {
        var (code, _, error) = Moving("train", "--moved", "1", "--fixedly", "1/4", "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.False(File.Exists(folder["run/masks.csv"]));
    }

    [Fact]
    public void A_model_that_its_attributes_prune_has_a_final_density_of_its_own()
    {
        string[] sweep =
        [
            "sweep", "--lrs", "2^-6", "--densities", "1/4", "--rules", "supar,suparfinal", "--steps", "8", "--mask-every", "2",
        ];
        var (code, output, error) = Pruned([.. sweep, "--out", folder["own"]]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("2 runs, 0 of them finished before, 2 to do here", output);
        Assert.Equal(2, Losses("own").Distinct().Count());

        // If the density does not change, both rules lead to the same run.
        Assert.Contains(
            "2 runs, 0 of them finished before, 1 to do here",
            Pruned([.. sweep, "--methods", "static", "--out", folder["static"]]).Output);
        Assert.Single(Losses("static").Distinct());
    }

    [Fact]
    public void The_table_after_a_run_is_what_it_ended_with()
    {
        var (code, output, error) = Pruned("train", "--density", "1/4", "--mask-every", "2", "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.All(
            [output, File.ReadAllText(folder["run/table.md"])],
            static table => Assert.Matches(@"Hidden\.weight.* 0\.25 ", table));
    }

    [Theory]
    [InlineData("the mask of Second.weight is Balanced, a pattern that Set would not keep",
        "--methods", "static,set", "--mask-every", "2")]
    [InlineData("--mask-stop is 9: it must be at most 8, the number of steps of the run", "--mask-stop", "9")]
    [InlineData("the interval of mask updates is 7: from step 0 to 6 there is room for at most 6", "--mask-every", "7")]
    public void Masks_that_cannot_change_are_refused_before_anything_is_trained(string expected, params string[] more)
    {
        var (code, output, error) = Moving(
            [
                "sweep", "--lrs", "2^-6", "--densities", "1/4", "--rules", "mup,supar", "--steps", "8",
                "--out", folder["sweep"], .. more,
            ]);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(expected, error);
        Assert.False(Directory.Exists(folder["sweep"]));
    }

    private static (int Code, string Output, string Error) Moving(params string[] args) =>
        CommandLine.Catch(() => Lab.Run(args, MovingCurvePrograms.Moving));

    private static (int Code, string Output, string Error) Pruned(params string[] args) =>
        CommandLine.Catch(() => Lab.Run(args, MovingCurvePrograms.Pruned));

    private string[] Losses(string name) =>
        [.. File.ReadLines(folder[$"{name}/runs.csv"]).Skip(1).Select(static line => line.Split(',')[8])];
}
