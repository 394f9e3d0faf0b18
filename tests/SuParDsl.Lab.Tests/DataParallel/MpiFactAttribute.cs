namespace SuParDsl.Lab.Tests.DataParallel;

/// <summary>A test that needs Open MPI's mpirun and library. It is skipped with a message if they are missing.</summary>
public sealed class MpiFactAttribute : FactAttribute
{
    private static readonly bool IsHere =
        OtherProgram.Run("mpirun", "--version").Output.Contains("Open MPI", StringComparison.Ordinal);

    public MpiFactAttribute()
    {
        if (!IsHere)
        {
            Skip = "there is no Open MPI here: scripts/install-open-mpi.sh installs it";
        }
    }
}
