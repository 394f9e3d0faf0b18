using SuParDsl.Lab.Runs;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>What tests look at in the folder of a run.</summary>
internal static class ImportedRun
{
    public static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6, 18, 0, 11];

    /// <summary>The model of a run.</summary>
    public static TModel Model<TModel, TSize>(string folder)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var run = RunFolder.Existing(folder);
        return run.LoadModel<TModel, TSize>(run.ReadConfig<TSize>());
    }

    /// <summary>Its logits.</summary>
    public static float[] Logits(Model model, params long[] ids)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        model.eval();
        return model.call(tensor(ids, [1, ids.Length])).contiguous().data<float>().ToArray();
    }

    /// <summary>Asserts that two models give the same logits to 1e-5.</summary>
    public static void AssertSame(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Max(Math.Abs), 0.5, 50);
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second,
            1e-5 * Math.Max(1, Math.Abs(pair.First))));
    }
}
