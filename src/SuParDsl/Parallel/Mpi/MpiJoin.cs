namespace SuParDsl;

/// <summary>Process groups over MPI.</summary>
public static class MpiJoin
{
    extension(ProcessGroup)
    {
        /// <summary>
        /// Joins the ranks that Open MPI's <c>mpirun</c> has started. Once a process; dispose it at the end, where the ranks wait for each
        /// other. A rank that an exception ends must call <see cref="ProcessGroup.Abort"/>, as no other knows of it.
        /// </summary>
        /// <exception cref="ProcessGroupException">Open MPI is not on this machine, or cannot begin.</exception>
        public static ProcessGroup JoinMpi() => MpiProcessGroup.Start();
    }
}
