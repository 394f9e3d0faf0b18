// The engine has process-wide state: the seed, the threads, the default type.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
