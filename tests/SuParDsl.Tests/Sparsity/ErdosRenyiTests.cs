namespace SuParDsl.Tests.Sparsity;

public class ErdosRenyiTests
{
    [Fact]
    public void Densities_follow_the_sizes_and_add_up()
    {
        // 64×64: raw 128/4096 = 1/32; 64×256: raw 320/16384 = 5/256. ε·(4096/32 + 16384·5/256) = ε·448 = 0.1·20480.
        var densities = ErdosRenyi.Densities([[64, 64], [64, 256]], 0.1);

        Assert.Equal([2048 / 448.0 / 32, 2048 / 448.0 * 5 / 256], densities, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void A_matrix_that_would_exceed_1_is_full_and_the_others_take_the_rest()
    {
        var densities = ErdosRenyi.Densities([[2, 2], [100, 100]], 0.5);

        Assert.Equal(1, densities[0]);
        Assert.Equal(0.5 * 10004, 4 + (densities[1] * 10000), 1e-9);
    }

    [Fact]
    public void Kernels_count_by_the_sum_of_their_sizes()
    {
        // (8+4+3+3)/(8·4·9) against (8+8)/64.
        var densities = ErdosRenyi.Densities([[8, 4, 3, 3], [8, 8]], 0.2);

        Assert.Equal(18.0 / 288 / (16.0 / 64), densities[0] / densities[1], 1e-12);
    }

    [Fact]
    public void A_full_density_is_full_everywhere() => Assert.Equal([1.0, 1.0], ErdosRenyi.Densities([[8, 8], [8, 64]], 1));
}
