namespace SuParDsl.Lab.Tests.Slurm;

/// <summary>A test that starts its own Slurm. It is skipped with a message if that is not possible.</summary>
public sealed class SlurmFactAttribute : FactAttribute
{
    private static readonly bool IsHere =
        OtherProgram.Run("sh", "-c", "PATH=$PATH:/usr/sbin; for p in munged slurmctld slurmd sbatch; do command -v $p; "
            + "done | wc -l; id -u").Output == "4\n0\n";

    public SlurmFactAttribute()
    {
        if (!IsHere)
        {
            Skip = "a Slurm of one node cannot be started here: it needs slurm-wlm and munge (Debian), and root";
        }
    }
}
