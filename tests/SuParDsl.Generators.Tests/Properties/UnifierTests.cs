using CsCheck;
using SuParDsl.Generators.Sizes;
using SuParDsl.Tests;
using static SuParDsl.Generators.Tests.Properties.SizeGenerators;

namespace SuParDsl.Generators.Tests.Properties;

/// <summary>
/// The solutions of unification make both sides equal, and sizes that are known to differ are never made equal.
/// </summary>
public class UnifierTests
{
    [Fact]
    public void An_unknown_axis_becomes_what_it_must_be() => Property.Holds(Gen.Select(Polynomials, Polynomials), static drawn =>
    {
        var (factor, size) = drawn;
        if (factor.Count != 1 || size.Count == 0)
        {
            return;
        }

        var unifier = new Unifier();
        var unknown = unifier.Fresh();
        Assert.True(unifier.Unify(factor * unknown, size));
        Assert.Equal(size / factor, unifier.Resolve(unknown));
        Assert.Equal(unifier.Resolve(size), unifier.Resolve(factor * unknown));
        Assert.False(unifier.IsUnknown(unknown));
    });

    [Fact]
    public void Known_sizes_unify_where_they_are_equal() => Property.Holds(Gen.Select(Polynomials, Polynomials), static drawn =>
    {
        var (a, b) = drawn;
        Assert.Equal(a.Equals(b), new Unifier().Unify(a, b));
        Assert.True(new Unifier().Unify(a, a + Polynomial.Zero));
    });

    [Fact]
    public void A_chain_of_unknown_axes_has_one_size() => Property.Holds(Gen.Select(Polynomials, Gen.Int[2, 6]), static drawn =>
    {
        var (size, count) = drawn;
        var unifier = new Unifier();
        Polynomial[] chain = [.. Enumerable.Range(0, count).Select(_ => unifier.Fresh())];
        for (var i = 1; i < count; i++)
        {
            Assert.True(unifier.Unify(chain[i - 1], chain[i]));
        }

        Assert.True(unifier.Unify(chain[^1], size));
        Assert.All(chain, axis => Assert.Equal(size, unifier.Resolve(axis)));
    });

    [Fact]
    public void A_rank_once_given_holds_for_all_that_share_the_axes_before() => Property.Holds(
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5]), static drawn =>
        {
            var (known, rank) = drawn;
            var unifier = new Unifier();
            var shape = new Shape(unifier.FreshLead(), [.. Enumerable.Range(0, known).Select(_ => unifier.Fresh())]);
            var exact = unifier.WithExactRank(shape, rank);
            Assert.Equal(rank >= known, exact is not null);
            if (exact is not null)
            {
                Assert.Equal(rank, unifier.Resolve(shape).Rank);
                Assert.Null(unifier.Resolve(shape).Lead);
            }
        });
}
