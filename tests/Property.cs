using CsCheck;

namespace SuParDsl.Tests;

/// <summary>Checks a property on drawn cases. The cases are the same in every run, and CsCheck shrinks one that fails.</summary>
internal static class Property
{
    private const ulong Seed = 20261130;

    /// <summary>Checks that a property holds.</summary>
    /// <param name="gen">How cases are drawn.</param>
    /// <param name="property">Throws if the property does not hold.</param>
    /// <param name="cases">The number of cases.</param>
    /// <exception cref="CsCheckException">
    /// A case fails. The message shows the smallest failing case that was found.
    /// </exception>
    public static void Holds<T>(Gen<T> gen, Action<T> property, uint cases = 500)
    {
        for (var stream = 0u; stream < cases; stream++)
        {
            try
            {
                property(gen.Generate(new PCG(stream, Seed), null, out _));
            }
            catch (Exception)
            {
                // Sample draws its first case from the seed and the others at random, so it only looks for a smaller one.
                gen.Sample(property, seed: new PCG(stream, Seed).ToString(), iter: 5000, threads: 1);
                throw;
            }
        }
    }
}
