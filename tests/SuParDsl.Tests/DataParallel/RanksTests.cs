using SuParDsl.Distributed;

namespace SuParDsl.Tests.DataParallel;

public class RanksTests
{
    [Fact]
    public void Every_rank_gets_the_values_of_all() => Assert.All(
        ThreadRanks.Run(
            3, static ranks => (Texts: ranks.Gather(new string('x', ranks.Rank)), Sums: ranks.Sum(ranks.Rank, 1, double.Pi))),
        static result =>
        {
            Assert.Equal(["", "x", "xx"], [.. result.Texts]);
            Assert.Equal([3, 3, 3 * double.Pi], result.Sums, static (a, b) => Math.Abs(a - b) < 1e-15);
        });

    [Fact]
    public void Ranks_that_differ_are_named_with_what_differs() => Assert.All(
        ThreadRanks.Run(3, static ranks => Assert.Throws<ProcessGroupException>(
            () => ranks.RequireSame(("the step", "5"), ("the masks", ranks.Rank == 2 ? "abc" : "def"))).Message),
        static message => Assert.Equal(
            "rank 2 differs from rank 0 in the masks: abc instead of def; start every rank with the same program, "
            + "options and files", message));

    [Fact]
    public void A_machine_without_Open_MPI_gets_a_message_with_what_to_install()
    {
        Assert.Equal(
            "Open MPI's library (libnowhere.so.1) is not on this machine: install it "
            + "(scripts/install-open-mpi.sh, or Debian's openmpi-bin)",
            Assert.Throws<ProcessGroupException>(static () => MpiLibrary.Load("libnowhere.so.1")).Message);
        Assert.Contains(
            "libc.so.6 is not Open MPI's",
            Assert.Throws<ProcessGroupException>(static () => MpiLibrary.Load("libnowhere.so.1", "libc.so.6")).Message);
    }
}
