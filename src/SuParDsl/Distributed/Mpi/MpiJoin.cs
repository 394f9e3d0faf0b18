namespace SuParDsl.Distributed;

/// <summary>Process groups over MPI.</summary>
public static class MpiJoin
{
    extension(ProcessGroup)
    {
        /// <summary>
        /// Joins the ranks that Open MPI's <c>mpirun</c> has started. Call it once per process, and dispose the result at the
        /// end, where the ranks wait for each other. A rank that ends with an exception must call
        /// <see cref="ProcessGroup.Abort"/>, because the other ranks do not notice.
        /// </summary>
        /// <exception cref="ProcessGroupException">Open MPI is not on this machine, or cannot be initialized.</exception>
        public static ProcessGroup JoinMpi() => MpiProcessGroup.Start();
    }
}
